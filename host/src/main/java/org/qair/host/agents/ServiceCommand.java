package org.qair.host.agents;

import org.qair.call.Call;
import org.qair.call.CallException;
import org.qair.protocol.Limits;

/** The command line by which an agent is told to run a service: {@code USER:QUBESRPC SERVICE+ARG SOURCE}. */
final class ServiceCommand {
    private static final String DEFAULT_USER = "DEFAULT";

    private ServiceCommand() {}

    /** The line for a call; all in it but the user was checked before. */
    static String of(Call call) throws CallException.Failed {
        return checked(
                "%s:QUBESRPC %s %s".formatted(user(call.user().orElse(DEFAULT_USER)), call.service(), call.source()));
    }

    /** A user's name as it may stand before the colon. */
    static String user(String name) throws CallException.Failed {
        boolean plain = name.chars().allMatch(c -> c > ' ' && c < 0x7f && c != ':');
        if (!plain || name.isEmpty()) {
            throw new CallException.Failed("`%s` cannot be the user of a call to an agent".formatted(name));
        }
        return name;
    }

    /** A line that fits into its message. */
    static String checked(String line) throws CallException.Failed {
        if (line.length() >= Limits.COMMAND) {
            throw new CallException.Failed("a command of %d bytes is too long for an agent: the limit is %d"
                    .formatted(line.length(), Limits.COMMAND - 1));
        }
        return line;
    }
}
