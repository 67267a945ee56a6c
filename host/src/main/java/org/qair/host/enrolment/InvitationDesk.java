package org.qair.host.enrolment;

import java.io.IOException;
import java.security.PublicKey;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Predicate;
import org.qair.call.CallException;
import org.qair.call.CallId;
import org.qair.call.ExitCodes;
import org.qair.call.Streams;
import org.qair.call.Switchboard;
import org.qair.call.UncheckedCall;
import org.qair.policy.QubeName;
import org.qair.registry.admin.Admin;
import org.qair.relay.endpoint.InvitedKeys;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets the holders of invitations enrol themselves at a running host, each once, and takes enrolled relays off again. Safe for use by
 * many threads.
 */
public final class InvitationDesk implements InvitedKeys {
    /** The one service that a guest may call, on dom0. */
    public static final String SERVICE = "qair.Join";

    private static final Logger LOG = LoggerFactory.getLogger(InvitationDesk.class);

    private final EnrolmentPlaces places;
    private final Admin admin;
    private final Invitations invitations;
    private final InvitingHost host;
    private final Clock clock;
    /** Relays that are being enrolled at the moment. */
    private final Set<QubeName> inHand = ConcurrentHashMap.newKeySet();

    /**
     * What is there to work with.
     *
     * @param known whether a key is a relay's already, or may be none's
     * @param reload brings into force what the files say
     */
    public InvitationDesk(
            EnrolmentPlaces places,
            Admin admin,
            Predicate<PublicKey> known,
            Runnable reload,
            OwnKeys ownKeys,
            Clock clock) {
        this.places = places;
        this.admin = admin;
        this.invitations = new Invitations(places.invitations());
        this.host = new InvitingHost(places, admin, known, reload, ownKeys);
        this.clock = clock;
    }

    /** Undoes enrolments that a host which died left half done. To be called before anybody can come in. */
    public void undoIncomplete() throws IOException {
        for (QubeName name : Enrolment.names(places)) {
            Optional<Enrolment> found = Enrolment.find(places, admin, name);
            if (found.isPresent() && !found.get().isComplete()) {
                LOG.warn("enrolment `{}` was left half done and is undone", name);
                host.undo(found.get()).forEach(kept -> LOG.warn("enrolment `{}`: {}", name, kept));
            }
        }
    }

    @Override
    public Optional<Guest> find(PublicKey key) {
        try {
            return invitations
                    .find(key, clock.instant())
                    .map(found -> new Guest(found.relay(), call -> admit(found, call)));
        } catch (IOException unreadable) {
            LOG.error("{}", unreadable.getMessage());
            return Optional.empty();
        }
    }

    private Switchboard.AdmittedCall admit(Invitation invitation, UncheckedCall call) throws CallException {
        if (!call.service().equals(SERVICE)
                || !call.target().equals("@adminvm")
                || call.requestedSource().isPresent()) {
            throw new CallException.Refused("the holder of an invitation may do nothing but join");
        }
        if (!inHand.add(invitation.relay())) {
            throw new CallException.Refused("somebody else is just using an invitation of that relay");
        }
        return new Joining(invitation);
    }

    /**
     * Takes an enrolled relay off with all that its enrolment made; its connections end.
     *
     * @return what was kept and why; empty when the relay was not enrolled
     */
    public Optional<List<String>> unjoin(QubeName relay) throws IOException {
        Optional<Enrolment> found = Enrolment.find(places, admin, relay);
        return found.isEmpty() ? Optional.empty() : Optional.of(toTheEnd(found.get()));
    }

    /** In a thread of its own: the relay that asks loses its connection in the midst of it, which interrupts the asking thread. */
    private List<String> toTheEnd(Enrolment enrolment) throws IOException {
        FutureTask<List<String>> undoing = new FutureTask<>(() -> host.undo(enrolment));
        Thread.ofVirtual().name("unjoin-" + enrolment.name()).start(undoing);
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return undoing.get();
                } catch (InterruptedException gone) {
                    interrupted = true;
                } catch (ExecutionException failed) {
                    throw new IOException("relay `%s` is not off yet".formatted(enrolment.name()), failed.getCause());
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private final class Joining implements Switchboard.AdmittedCall {
        private final CallId id = CallId.random();
        private final Invitation invitation;

        Joining(Invitation invitation) {
            this.invitation = invitation;
        }

        @Override
        public CallId id() {
            return id;
        }

        /** Looked up again: the invitation may have been used between its holder's coming in and this call. */
        @Override
        public int run(Streams streams) throws InterruptedException {
            try {
                Optional<Invitation> now = invitations.find(invitation.key(), clock.instant());
                if (now.isPresent()) {
                    return new JoinConversation(now.get(), invitations, host, streams).await();
                }
                JoinMessages.writeFailure(streams.stdout(), "the invitation was used, or is no longer valid");
            } catch (IOException broken) {
                LOG.warn("invitation of relay `{}`: {}", invitation.relay(), broken.getMessage());
            } finally {
                abandon("");
            }
            return ExitCodes.FAILED;
        }

        @Override
        public void abandon(String reason) {
            inHand.remove(invitation.relay());
        }
    }
}
