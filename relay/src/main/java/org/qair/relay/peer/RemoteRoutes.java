package org.qair.relay.peer;

import java.util.Collection;
import java.util.List;
import org.qair.call.CallException;
import org.qair.policy.QubeName;

/** Knows which peer a relay reaches a RemoteVM by. Asked for each call; safe for use by many threads. */
@FunctionalInterface
public interface RemoteRoutes {
    /**
     * Finds the route.
     *
     * @throws CallException when there is none: refused when {@code relay} is not that RemoteVM's relay
     */
    RemoteRoute find(QubeName relay, QubeName remoteVm) throws CallException;

    /**
     * The RemoteVMs that a relay reaches by a peer: whom somebody there may speak for who has no policy of its own.
     *
     * @throws CallException when they cannot be known now
     */
    default Collection<QubeName> at(QubeName relay, Peer peer) throws CallException {
        return List.of();
    }
}
