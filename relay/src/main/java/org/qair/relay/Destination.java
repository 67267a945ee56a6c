package org.qair.relay;

import java.util.List;
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
}
