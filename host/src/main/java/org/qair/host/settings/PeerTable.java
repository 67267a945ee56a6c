package org.qair.host.settings;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.qair.relay.peer.PeerLimits;

/**
 * {@code [[peer]]}: a far SSH endpoint.
 *
 * @param name what a RemoteVM's property {@code peer} refers to it by
 * @param reach where it is, and how it is known and logged in to
 * @param eager whether it is connected to before a call needs it
 * @param reverse whether it may call back through the connection, which is eager then
 * @param reverseSocket where a far machine with OpenSSH alone gets a socket for that
 * @param place {@code file:line}, for messages
 */
public record PeerTable(
        String name,
        Reach reach,
        boolean eager,
        boolean reverse,
        String reverseSocket,
        PeerLimits limits,
        String place) {
    /** How a peer is reached. */
    public sealed interface Reach {}

    /**
     * As {@code ssh -- HOST} would reach it.
     *
     * @param file the ssh_config; absent for those that OpenSSH reads by itself
     * @param hostKeys when there are any, they stand above known_hosts
     */
    public record Configured(String host, Optional<Path> file, List<String> hostKeys) implements Reach {
        public Configured {
            hostKeys = List.copyOf(hostKeys);
        }
    }

    /**
     * An SSH server that is described here.
     *
     * @param user the user name that SSH asks for; a Qair endpoint does not look at it
     * @param hostKeys public keys of which the far side must hold one, unless it has a certificate
     * @param authorities public keys that sign host certificates
     * @param revoked public keys that are never accepted
     * @param alias what a host certificate is made out to, when that is not {@code host}
     * @param key the private key to log in with; absent for the relay's own
     * @param agent the socket of an agent that holds the key
     * @param jump the peers through which it is reached, in their order
     */
    public record Server(
            String host,
            int port,
            String user,
            List<String> hostKeys,
            List<String> authorities,
            List<String> revoked,
            Optional<String> alias,
            Optional<Path> key,
            Optional<Path> agent,
            List<String> jump)
            implements Reach {
        public Server {
            hostKeys = List.copyOf(hostKeys);
            authorities = List.copyOf(authorities);
            revoked = List.copyOf(revoked);
            jump = List.copyOf(jump);
        }

        /** One that is known by its keys, reached directly, and logged in to with the relay's own key. */
        public static Server of(String host, int port, String user, List<String> hostKeys) {
            return new Server(
                    host,
                    port,
                    user,
                    hostKeys,
                    List.of(),
                    List.of(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    List.of());
        }
    }
}
