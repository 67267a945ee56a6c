package org.qair.relay.reverse;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.qair.policy.QubeName;

/**
 * How a peer calls back.
 *
 * @param relay the relay of this host that such calls come by
 * @param socket where a far machine that has OpenSSH alone gets a Unix socket for them: absolute, or from the home of the account there
 */
public record CallsBack(QubeName relay, String socket) {
    /** Where that socket usually is, from the home of the account. */
    public static final String USUAL_SOCKET = ".qair/calls";

    /** The longest path of a Unix socket, in bytes. */
    static final int LONGEST_SOCKET = 107;

    /** What is wrong with a path for that socket, if anything is. */
    public static Optional<String> fault(String socket) {
        if (socket.isBlank() || socket.endsWith("/") || socket.chars().anyMatch(Character::isISOControl)) {
            return Optional.of("it is the path of a file");
        }
        if (socket.startsWith("~")) {
            return Optional.of("leave the `~/` out: a relative path starts at the home of the account there");
        }
        return socket.getBytes(StandardCharsets.UTF_8).length > LONGEST_SOCKET
                ? Optional.of("a Unix socket's path has %d bytes at most".formatted(LONGEST_SOCKET))
                : Optional.empty();
    }

    boolean isAbsolute() {
        return socket.startsWith("/");
    }
}
