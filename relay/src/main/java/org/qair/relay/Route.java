package org.qair.relay;

import java.util.List;

/** A destination as it was resolved for one connection. */
record Route(List<Hop> hops, PeerLimits limits) {
    Route {
        hops = List.copyOf(hops);
    }
}
