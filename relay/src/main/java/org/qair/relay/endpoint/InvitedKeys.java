package org.qair.relay.endpoint;

import java.security.PublicKey;
import java.util.Optional;
import org.qair.call.Switchboard;
import org.qair.policy.QubeName;

/**
 * Who may come in without being a relay yet: the holders of invitations. Asked at each authentication with a key that is no relay's.
 * Must be quick and safe for use by many threads.
 */
@FunctionalInterface
public interface InvitedKeys {
    /** Nobody is invited. */
    InvitedKeys NONE = key -> Optional.empty();

    Optional<Guest> find(PublicKey key);

    /**
     * Somebody who showed the key of an invitation.
     *
     * @param relay what the guest is to become
     * @param switchboard takes the one call that a guest may make, and no other
     */
    record Guest(QubeName relay, Switchboard switchboard) {}
}
