package org.qair.host.agents;

import org.qair.call.CallException;
import org.qair.call.PlainStreams;
import org.qair.protocol.Message;

/**
 * The service {@code qair.EndCall+DOMAIN+PORT}, called by dom0, by which an agent ends what it runs with its streams on a data channel. Qair's
 * agent has it built in; the field's does not, and answers 127.
 */
final class EndCall {
    private EndCall() {}

    /** Asks an agent to end that; false when it cannot, or is not there. */
    static boolean at(AgentLink link, int domain, int port) throws InterruptedException {
        if (link.connected().isEmpty()) {
            return false;
        }
        String command = DefaultUser.OF_THE_AGENT + ":nogui:QUBESRPC qair.EndCall+%d+%d dom0".formatted(domain, port);
        try {
            return new CallToAgent(link, (address, agent) -> new Message.ExecCommandLine(address, command))
                            .run(PlainStreams.none())
                    == 0;
        } catch (CallException failed) {
            return false;
        }
    }
}
