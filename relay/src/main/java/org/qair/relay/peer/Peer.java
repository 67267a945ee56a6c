package org.qair.relay.peer;

import java.nio.file.Path;
import java.security.PublicKey;
import java.util.List;
import org.qair.relay.keys.HostTrust;
import org.qair.relay.keys.Login;

/**
 * A far machine that is reached by SSH. Two equal peers share their connections.
 *
 * @param name what messages call it
 */
public record Peer(String name, Destination destination, PeerLimits limits) {
    /**
     * Reached directly, with the usual limits.
     *
     * @param host address or host name
     * @param user the SSH user; a Qair endpoint does not look at it
     * @param hostKeys the only host keys that are accepted, at least one
     * @param identity private key file of OpenSSH's format
     */
    public static Peer of(String name, String host, int port, String user, List<PublicKey> hostKeys, Path identity) {
        Hop hop = new Hop(host, port, user, HostTrust.pinned(host, hostKeys), Login.with(identity));
        return new Peer(name, new Destination.Hops(List.of(hop)), PeerLimits.DEFAULT);
    }

    /** Of the name alone: each call looks its peer up, and few have the same name. */
    @Override
    public int hashCode() {
        return name.hashCode();
    }

    /** Name and address, for messages. */
    @Override
    public String toString() {
        return "peer `%s` (%s)".formatted(name, destination);
    }
}
