package org.qair.host.agents;

import java.util.Optional;
import org.qair.call.Call;
import org.qair.call.CallException;
import org.qair.protocol.Limits;

/** What an agent is told to run: {@code USER:QUBESRPC SERVICE+ARG SOURCE}, or {@code USER:} and a line for that user's shell. */
final class ServiceCommand {
    private ServiceCommand() {}

    /** The text for a call; all in it but the user was checked before. */
    static String of(Call call, AgentSession agent) throws CallException.Failed {
        return of(call.user(), "QUBESRPC %s %s".formatted(call.service(), call.source()), agent);
    }

    /** The text for a line; empty for the qube's default user. */
    static String of(Optional<String> user, String line, AgentSession agent) throws CallException.Failed {
        String text = user(user.orElseGet(agent::defaultUser)) + ":" + line;
        if (text.length() >= Limits.COMMAND) {
            throw new CallException.Failed("a command of %d bytes is too long for an agent: the limit is %d"
                    .formatted(text.length(), Limits.COMMAND - 1));
        }
        return text;
    }

    private static String user(String name) throws CallException.Failed {
        boolean plain = name.chars().allMatch(c -> c > ' ' && c < 0x7f && c != ':');
        if (!plain || name.isEmpty()) {
            throw new CallException.Failed("`%s` cannot be the user of a call to an agent".formatted(name));
        }
        return name;
    }
}
