package org.qair.relay.peer;

import org.qair.policy.QubeName;

/** Where the calls to a RemoteVM go. */
public sealed interface RemoteRoute {
    /** What the qube is called at the far end ({@code remote_name}); not checked yet. */
    String remoteName();

    /** The machine at the other end, whose text is for messages. */
    Object farEnd();

    /** Over a connection that is opened to a peer. */
    record ToPeer(String remoteName, Peer peer) implements RemoteRoute {
        @Override
        public Object farEnd() {
            return peer;
        }
    }

    /** Over a connection that the relay, which is another machine, holds to this host's endpoint. */
    record ThroughHeld(String remoteName, QubeName relay) implements RemoteRoute {
        @Override
        public Object farEnd() {
            return "relay `%s`".formatted(relay);
        }
    }
}
