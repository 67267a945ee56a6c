package org.qair.relay.endpoint;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.sshd.common.session.Session;
import org.qair.call.Switchboard;
import org.qair.policy.QubeName;
import org.qair.relay.endpoint.InvitedKeys.Guest;
import org.qair.relay.incoming.CallDoor;
import org.qair.relay.stream.WindowBudget;

/** The way in for the holder of an invitation: one call at a time, which goes to the invitation. */
final class GuestDoor implements CallDoor {
    private final Guest guest;
    private final WindowBudget windows;
    private final AtomicBoolean calling = new AtomicBoolean();

    GuestDoor(Guest guest, WindowBudget windows) {
        this.guest = guest;
        this.windows = windows;
    }

    @Override
    public String name() {
        return "invitation";
    }

    @Override
    public Optional<QubeName> relay(Session session) {
        return Optional.of(guest.relay());
    }

    @Override
    public boolean callBegins(QubeName relay) {
        return calling.compareAndSet(false, true);
    }

    @Override
    public void callEnded(QubeName relay) {
        calling.set(false);
    }

    @Override
    public Switchboard switchboard() {
        return guest.switchboard();
    }

    @Override
    public WindowBudget windows(Session session) {
        return windows;
    }
}
