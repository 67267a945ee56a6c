package org.qair.host.agents;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Optional;
import org.qair.call.Call;
import org.qair.call.CallException;
import org.qair.call.Service;
import org.qair.call.Streams;
import org.qair.channel.SocketVchan;
import org.qair.channel.Vchan;
import org.qair.channel.unix.Deadline;
import org.qair.protocol.Message;
import org.qair.protocol.VchanAddress;

/** Something that an agent is told to run, with the host at the other end of its data channel. */
final class CallToAgent {
    /** How long a connection is still waited for that an agent says it has done with. */
    private static final Duration GRACE = Duration.ofSeconds(10);

    private final AgentLink link;
    private final Order order;

    /** What the agent is told. */
    @FunctionalInterface
    interface Order {
        Message at(VchanAddress address, AgentSession agent) throws CallException.Failed;
    }

    CallToAgent(AgentLink link, Order order) {
        this.link = link;
        this.order = order;
    }

    /** The services of a qube as its agent runs them. */
    static Service of(AgentLink link) {
        return (call, streams) -> service(link, call).run(streams);
    }

    private static CallToAgent service(AgentLink link, Call call) {
        return new CallToAgent(
                link, (address, agent) -> new Message.ExecCommandLine(address, ServiceCommand.of(call, agent)));
    }

    /** A plain command in a qube. */
    static Service command(AgentLink link, Optional<String> user, String line, boolean withStreams) {
        return (call, streams) -> {
            Order order = (address, agent) -> {
                String whole = ServiceCommand.of(user, line, agent);
                return withStreams ? new Message.ExecCommandLine(address, whole) : new Message.JustExec(address, whole);
            };
            return new CallToAgent(link, order).run(streams);
        };
    }

    /** Waits for the agent to be there, lets it run this, and copies until the exit code comes. */
    int run(Streams streams) throws CallException, InterruptedException {
        try {
            for (AgentSession session = link.await(link.host().startup());
                    ;
                    session = link.await(link.host().startup())) {
                DataPort port = DataPort.ofTwo(link.host().ports());
                try (Vchan.Listener listener = session.place().vchan().listen(0, link.domain(), port.number())) {
                    VchanAddress address = new VchanAddress(0, port.number());
                    Message told = order.at(address, session);
                    Hold hold = session.hold(address);
                    hold.whenLetGo(port::letGo);
                    if (session.send(told)) {
                        return connect(listener, hold, streams);
                    }
                } finally {
                    port.letGo();
                }
            }
        } catch (IOException failure) {
            if (Thread.interrupted()) {
                throw new InterruptedException("cut off");
            }
            throw new CallException.Failed("the agent of qube `%s` broke off".formatted(link.qube()), failure);
        }
    }

    private static int connect(Vchan.Listener listener, Hold hold, Streams streams)
            throws IOException, InterruptedException {
        hold.whenLetGo(() -> giveUpSoon(listener));
        SocketChannel channel = listener.accept(SocketVchan.CONNECT_LIMIT);
        return new StreamCopy(streams).run(channel);
    }

    /** What connected before is accepted first. */
    private static void giveUpSoon(Vchan.Listener listener) {
        Deadline ignored = new Deadline(GRACE, listener);
    }
}
