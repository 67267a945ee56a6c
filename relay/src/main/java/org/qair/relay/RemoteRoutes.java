package org.qair.relay;

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
}
