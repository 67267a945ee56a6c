package org.qair.relay;

import java.nio.file.Path;
import java.security.PublicKey;
import java.util.List;

/**
 * A far machine that an {@link SshTransport} reaches by SSH. Two equal peers share their connections.
 *
 * @param name what messages call it
 * @param host address or host name
 * @param user the SSH user; a Qair endpoint does not look at it
 * @param hostKeys the only host keys that are accepted, at least one
 * @param identity private key file of OpenSSH's format
 */
public record Peer(
        String name, String host, int port, String user, List<PublicKey> hostKeys, Path identity, PeerLimits limits) {
    public Peer {
        hostKeys = List.copyOf(hostKeys);
        if (hostKeys.isEmpty()) {
            throw new IllegalArgumentException("peer `%s` has no pinned host key".formatted(name));
        }
        if (host.isEmpty() || host.startsWith("-") || user.isEmpty()) {
            throw new IllegalArgumentException("peer `%s` needs a host and a user".formatted(name));
        }
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("peer `%s` has port %d".formatted(name, port));
        }
    }

    /** With the usual limits. */
    public static Peer of(String name, String host, int port, String user, List<PublicKey> hostKeys, Path identity) {
        return new Peer(name, host, port, user, hostKeys, identity, PeerLimits.DEFAULT);
    }

    /** Name and address, for messages. */
    @Override
    public String toString() {
        return "peer `%s` (%s@%s:%d)".formatted(name, user, host, port);
    }
}
