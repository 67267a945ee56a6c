package org.qair.relay.incoming;

import java.util.Optional;
import org.apache.sshd.common.session.Session;
import org.qair.call.Switchboard;
import org.qair.policy.QubeName;
import org.qair.relay.stream.WindowBudget;

/** What an {@link EndpointChannel} belongs to: who is at its other end, and where its calls go. Safe for use by many threads. */
public interface CallDoor {
    /** What the audit calls it. */
    String name();

    /** The relay at the other end of the connection; empty when it may not call. */
    Optional<QubeName> relay(Session session);

    /** Counts a call in, unless the relay has too many; each success must be followed by {@link #callEnded}. */
    boolean callBegins(QubeName relay);

    void callEnded(QubeName relay);

    Switchboard switchboard();

    /** Whether the relay may begin a call now; else it begins too many of them in a second. */
    default boolean mayBegin(QubeName relay) {
        return true;
    }

    /** What the windows of a connection's channels are taken from. */
    WindowBudget windows(Session session);
}
