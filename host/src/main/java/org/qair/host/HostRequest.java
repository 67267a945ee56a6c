package org.qair.host;

import java.util.Optional;
import org.qair.call.CallContext;
import org.qair.channel.AgentCommand;
import org.qair.channel.AgentCommand.ServiceCall;
import org.qair.channel.AgentCommand.ShellCommand;
import org.qair.policy.Printable;
import org.qair.protocol.Message;
import org.qair.protocol.ProtocolException;
import org.qair.protocol.VchanAddress;

/**
 * What the host's owner asks for on the host's own socket, unchecked. On the wire it is the target, a space, and the command that an agent
 * would get: {@code TARGET USER:QUBESRPC SERVICE SOURCE} or {@code TARGET USER:LINE}, in an {@code EXEC_CMDLINE}, or without streams
 * in a {@code JUST_EXEC}. A call that is part of a trace has {@code TRACEPARENT=…} and a space behind its target. One character is one byte.
 *
 * @param target a qube's name or, for a call, a keyword
 * @param user as whom it runs; empty for the user that it has anyway
 */
public record HostRequest(String target, Optional<String> user, Asked asked) {
    private static final VchanAddress NOWHERE = new VchanAddress(0, 0);
    private static final String DEFAULT_USER = "DEFAULT";
    private static final String TRACE = "TRACEPARENT";

    /** What is asked for. */
    public sealed interface Asked {}

    /**
     * A call that policy judges as from {@code source}, a qube's name; without streams, it goes on when the caller has gone.
     *
     * @param trace the trace that it is part of, see {@link CallContext#isTrace}
     */
    public record Call(String source, String service, boolean withStreams, Optional<String> trace) implements Asked {
        /** One that is part of no trace. */
        public Call(String source, String service, boolean withStreams) {
            this(source, service, withStreams, Optional.empty());
        }

        public Call(String source, String service) {
            this(source, service, true);
        }

        /** Part of the trace that this process is part of, if it is. */
        public Call ofProcess() {
            return new Call(
                    source,
                    service,
                    withStreams,
                    Optional.ofNullable(System.getenv(TRACE)).filter(CallContext::isTrace));
        }
    }

    /** A line for the shell of the user, in a qube that has an agent. */
    public record Command(String line, boolean withStreams) implements Asked {}

    /**
     * Its message.
     *
     * @throws IllegalArgumentException when a part cannot be sent: a NUL, a character that is no byte or has a meaning here, or too many
     */
    Message encode() {
        Optional<String> trace = asked instanceof Call call ? call.trace() : Optional.empty();
        String to = word("target", target) + " "
                + trace.map(context -> TRACE + "=" + word("trace", context) + " ")
                        .orElse("")
                + word("user", user.orElse(DEFAULT_USER)) + ":";
        return switch (asked) {
            case Call call ->
                message(
                        to + "QUBESRPC " + word("service", call.service()) + " " + word("source", call.source()),
                        call.withStreams());
            case Command command -> message(to + command.line(), command.withStreams());
        };
    }

    private static Message message(String text, boolean withStreams) {
        return withStreams ? new Message.ExecCommandLine(NOWHERE, text) : new Message.JustExec(NOWHERE, text);
    }

    /** A user ends at a colon, all others at a space. */
    private static String word(String what, String text) {
        if (text.isEmpty() || text.indexOf(' ') >= 0 || (what.equals("user") && text.indexOf(':') >= 0)) {
            throw new IllegalArgumentException("`%s` is no %s".formatted(Printable.of(text), what));
        }
        return text;
    }

    /** Reads one. */
    static HostRequest decode(Message message) throws ProtocolException {
        return switch (message) {
            case Message.ExecCommandLine exec -> decode(exec.uncheckedCommand(), true);
            case Message.JustExec exec -> decode(exec.uncheckedCommand(), false);
            default -> throw new ProtocolException("%s is nothing to ask the host".formatted(message.type()));
        };
    }

    private static HostRequest decode(String text, boolean withStreams) throws ProtocolException {
        int space = text.indexOf(' ');
        if (space < 0) {
            throw new ProtocolException("a request of %d bytes names no target".formatted(text.length()));
        }
        Optional<String> trace = trace(text.substring(space + 1));
        int begin = space + 1 + trace.map(word -> word.length() + 1).orElse(0);
        AgentCommand command = AgentCommand.parse(text.substring(begin));
        Asked asked = switch (command.work()) {
            case ServiceCall call ->
                new Call(
                        call.uncheckedSource(),
                        call.uncheckedService(),
                        withStreams,
                        trace.map(word -> word.substring(TRACE.length() + 1)).filter(CallContext::isTrace));
            case ShellCommand shell -> new Command(shell.text(), withStreams);
        };
        return new HostRequest(text.substring(0, space), command.user(), asked);
    }

    /** The word at the beginning that says a trace, if one does. */
    private static Optional<String> trace(String text) {
        return text.startsWith(TRACE + "=") && text.indexOf(' ') > 0
                ? Optional.of(text.substring(0, text.indexOf(' ')))
                : Optional.empty();
    }
}
