package org.qair.relay.peer;

import java.util.List;

/** A destination as it was resolved for one connection: the hops in their order, the peer last. */
public record Route(List<Hop> hops, PeerLimits limits) {
    public Route {
        hops = List.copyOf(hops);
    }
}
