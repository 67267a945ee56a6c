package org.qair.relay.peer;

import java.nio.file.Path;
import java.security.PublicKey;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** How a peer is reached. */
public sealed interface Destination {
    /**
     * By these SSH servers, one through the other.
     *
     * @param hops at least one
     */
    record Hops(List<Hop> hops) implements Destination {
        public Hops {
            hops = List.copyOf(hops);
            if (hops.isEmpty()) {
                throw new IllegalArgumentException("no address");
            }
        }

        @Override
        public String toString() {
            String through =
                    hops.stream().limit(hops.size() - 1L).map(Hop::toString).collect(Collectors.joining(", "));
            return hops.getLast() + (through.isEmpty() ? "" : " through " + through);
        }
    }

    /**
     * As the relay's user would reach it with {@code ssh -- HOST}. OpenSSH's client, which must be installed, is asked for each
     * connection what that means; its {@code known_hosts} say whom to trust.
     *
     * @param host an alias, or the name of a host
     * @param file the configuration file; absent for those that OpenSSH reads by itself
     * @param hostKeys when there are any, the only host keys that are accepted of the peer itself
     */
    record Configured(String host, Optional<Path> file, List<PublicKey> hostKeys) implements Destination {
        public Configured {
            hostKeys = List.copyOf(hostKeys);
        }

        @Override
        public String toString() {
            return "`%s` of %s".formatted(host, file.map(Path::toString).orElse("the user's ssh_config"));
        }
    }
}
