package org.qair.channel;

import java.util.Optional;
import org.qair.protocol.ProtocolException;

/**
 * What an agent is told to run, from the command of {@code EXEC_CMDLINE} or {@code JUST_EXEC}:
 * {@code USER:[nogui:]QUBESRPC SERVICE+ARG SOURCE [TYPE TARGET]} or {@code USER:[nogui:]COMMAND}. The words are as the daemon
 * wrote them, one character a byte, not checked further.
 *
 * @param user absent for {@code DEFAULT}, the qube's own default user
 * @param withoutGui whether not to wait for the user's session
 */
public record AgentCommand(Optional<String> user, boolean withoutGui, Work work) {
    private static final String DEFAULT_USER = "DEFAULT";
    private static final String NO_GUI = "nogui:";
    private static final String SERVICE = "QUBESRPC ";
    private static final int WORDS_IN_QUBE = 2;
    private static final int WORDS_WITH_TARGET = 4;

    /** What is to be run. */
    public sealed interface Work {}

    /**
     * A service.
     *
     * @param targetType {@code name} or {@code keyword}; like the target only there when the daemon told
     */
    public record ServiceCall(
            String uncheckedService,
            String uncheckedSource,
            Optional<String> targetType,
            Optional<String> uncheckedTarget)
            implements Work {}

    /** A command line for the user's shell, which only the host itself can send. */
    public record ShellCommand(String text) implements Work {}

    /** Reads the text of a message. */
    public static AgentCommand parse(String text) throws ProtocolException {
        int colon = text.indexOf(':');
        if (colon <= 0) {
            throw new ProtocolException(
                    "a command of %d bytes does not begin with a user and `:`".formatted(text.length()));
        }
        String user = text.substring(0, colon);
        boolean withoutGui = text.startsWith(NO_GUI, colon + 1);
        String rest = text.substring(colon + 1 + (withoutGui ? NO_GUI.length() : 0));
        return new AgentCommand(
                user.equals(DEFAULT_USER) ? Optional.empty() : Optional.of(user),
                withoutGui,
                rest.startsWith(SERVICE) ? service(rest.substring(SERVICE.length())) : new ShellCommand(rest));
    }

    private static ServiceCall service(String text) throws ProtocolException {
        String[] words = text.split(" ", -1);
        if ((words.length != WORDS_IN_QUBE && words.length != WORDS_WITH_TARGET) || words[0].isEmpty()) {
            throw new ProtocolException(
                    "a QUBESRPC command has %d words after QUBESRPC, it must be 2 or 4".formatted(words.length));
        }
        return words.length == WORDS_IN_QUBE
                ? new ServiceCall(words[0], words[1], Optional.empty(), Optional.empty())
                : new ServiceCall(words[0], words[1], Optional.of(words[2]), Optional.of(words[3]));
    }
}
