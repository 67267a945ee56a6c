package org.qair.relay.endpoint;

import java.io.IOException;
import java.security.PublicKey;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.sshd.common.AttributeRepository.AttributeKey;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.common.session.SessionListener;
import org.apache.sshd.server.auth.pubkey.PublickeyAuthenticator;
import org.apache.sshd.server.session.ServerSession;
import org.jspecify.annotations.Nullable;
import org.qair.policy.QubeName;
import org.qair.relay.HeldConnections;
import org.qair.relay.connection.KeepAlive;
import org.qair.relay.endpoint.InvitedKeys.Guest;
import org.qair.relay.incoming.CallCounts;
import org.qair.relay.incoming.LogBrake;
import org.qair.relay.incoming.RelayLimits;
import org.qair.relay.keys.SshKeys;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The endpoint's connections: which relay each is, and what each relay has of what it may use. Thread-safe. */
final class EndpointSessions implements SessionListener, PublickeyAuthenticator {
    private static final Logger LOG = LoggerFactory.getLogger(EndpointSessions.class);
    /** The key that a session showed last; when authentication succeeds, the one that it proved to have. */
    private static final AttributeKey<PublicKey> SHOWN = new AttributeKey<>();

    private static final AttributeKey<Member> MEMBER = new AttributeKey<>();

    private static final AttributeKey<Guest> GUEST = new AttributeKey<>();

    /** A session that proved to be a relay. */
    record Member(QubeName relay, PublicKey key) {}

    private final EndpointLimits limits;
    private final RelayKeys keys;
    private final InvitedKeys invited;
    private final Arrivals arrivals;
    private final Map<Session, Member> members = new ConcurrentHashMap<>();
    private final Map<QubeName, RelayLimits> current = new ConcurrentHashMap<>();
    private final CallCounts calls = new CallCounts();
    private final Map<QubeName, TokenBucket> rates = new ConcurrentHashMap<>();
    private final LogBrake brake = new LogBrake(LOG);
    private final HeldConnections held;

    EndpointSessions(EndpointLimits limits, RelayKeys keys, InvitedKeys invited, HeldConnections held) {
        this.limits = limits;
        this.keys = keys;
        this.invited = invited;
        this.arrivals = new Arrivals(limits);
        this.held = held;
    }

    /** The user name says nothing: the key alone decides which relay it is. */
    @Override
    public boolean authenticate(String user, PublicKey key, ServerSession session) {
        session.removeAttribute(GUEST);
        if (keys.relayOf(key).isPresent()) {
            session.setAttribute(SHOWN, key);
            return true;
        }
        Optional<Guest> guest = invited.find(key);
        if (guest.isEmpty()) {
            brake.warn(
                    AddressGroup.of(session.getRemoteAddress()),
                    "%s: key %s is no relay's".formatted(address(session), SshKeys.fingerprint(key)));
            return false;
        }
        session.setAttribute(GUEST, guest.get());
        return true;
    }

    /**
     * Ends the connection again when there are too many without a key. Not done where the library offers it, when the
     * connection is accepted, because a refusal there leaves the socket open.
     */
    @Override
    public void sessionCreated(Session session) {
        Optional<String> refusal = arrivals.arrive(session);
        if (refusal.isPresent()) {
            brake.warn(
                    AddressGroup.of(session.getRemoteAddress()),
                    "%s: refused, %s".formatted(address(session), refusal.get()));
            session.close(true);
        }
    }

    /** Said here because the library ends a connection that showed too many keys, or none in time, without a word. */
    @Override
    public void sessionDisconnect(Session session, int reason, String message, String language, boolean initiator) {
        if (initiator && session.getAttribute(MEMBER) == null) {
            brake.warn(
                    AddressGroup.of(session.getRemoteAddress()),
                    "%s: ended before it was a relay's: %s".formatted(address(session), message));
        }
    }

    @Override
    public void sessionEvent(Session session, Event event) {
        if (event == Event.Authenticated) {
            authenticated(session);
        }
    }

    @Override
    public void sessionClosed(Session session) {
        arrivals.settled(session);
        Member member = members.remove(session);
        if (member != null) {
            LOG.info("{}: relay `{}` disconnected", address(session), member.relay());
        }
    }

    private void authenticated(Session session) {
        Guest guest = session.getAttribute(GUEST);
        if (guest != null) {
            LOG.info("{}: came in by the invitation of relay `{}`", address(session), guest.relay());
            keepAlive(session);
            return; // it goes on counting among those that are no relay yet
        }
        PublicKey key = session.getAttribute(SHOWN);
        Optional<KnownRelay> relay = key == null ? Optional.empty() : keys.relayOf(key);
        if (key == null || relay.isEmpty()) {
            end(session, "its key was taken away");
            return;
        }
        Member member = new Member(relay.get().name(), key);
        session.setAttribute(MEMBER, member);
        members.put(session, member);
        arrivals.settled(session);
        long connections = members.values().stream()
                .filter(other -> other.relay().equals(member.relay()))
                .count();
        int most = relay.get().limits().connections();
        if (connections > most) {
            brake.warn(
                    member.relay(),
                    "%s: refused, relay `%s` has %d connections".formatted(address(session), member.relay(), most));
            hangUp(session);
            return;
        }
        LOG.info("{}: relay `{}` connected with key {}", address(session), member.relay(), SshKeys.fingerprint(key));
        keepAlive(session);
        held.add(member.relay(), session);
    }

    private void keepAlive(Session session) {
        if (session instanceof EndpointSession ours) { // which all of this server's are
            KeepAlive.start(ours, limits.keepAlive(), ours::heardAt);
        }
    }

    /** Which relay the session is, if its key still is that relay's; else the session ends. */
    Optional<QubeName> relay(Session session) {
        @Nullable Member member = session.getAttribute(MEMBER);
        if (member == null) {
            return Optional.empty();
        }
        Optional<KnownRelay> now =
                keys.relayOf(member.key()).filter(relay -> relay.name().equals(member.relay()));
        if (now.isEmpty()) {
            end(session, "the key of relay `%s` was revoked".formatted(member.relay()));
            return Optional.empty();
        }
        current.put(member.relay(), now.get().limits());
        return Optional.of(member.relay());
    }

    /** Who came in by an invitation. */
    static Optional<Guest> guest(Session session) {
        return Optional.ofNullable(session.getAttribute(GUEST));
    }

    /** Counts a call in, unless the relay has too many; each success must be followed by {@link #callEnded}. */
    boolean callBegins(QubeName relay) {
        return calls.begin(relay, limits(relay).calls());
    }

    /** Whether it does not begin too many calls in a second. */
    boolean mayBegin(QubeName relay) {
        Optional<Integer> perSecond = limits(relay).callsPerSecond();
        if (perSecond.isEmpty()) {
            return true;
        }
        long now = System.nanoTime();
        return rates.compute(
                        relay,
                        (name, before) -> before == null || before.perSecond() != perSecond.get()
                                ? new TokenBucket(perSecond.get(), now)
                                : before)
                .take(now);
    }

    /** As they were when one of its connections last was looked at. */
    private RelayLimits limits(QubeName relay) {
        return current.getOrDefault(relay, RelayLimits.DEFAULT);
    }

    void callEnded(QubeName relay) {
        calls.end(relay);
    }

    /** Ends each session whose key is no longer its relay's. */
    void recheck() {
        members.keySet().forEach(this::relay);
    }

    /** Every relay's connections. */
    List<Session> all() {
        return List.copyOf(members.keySet());
    }

    static String address(Session session) {
        return String.valueOf(session.getRemoteAddress());
    }

    private static void end(Session session, String reason) {
        LOG.warn("{}: connection ended: {}", address(session), reason);
        hangUp(session);
    }

    private static void hangUp(Session session) {
        try {
            session.disconnect(SshConstants.SSH2_DISCONNECT_BY_APPLICATION, "connection ended");
        } catch (IOException e) {
            LOG.debug("{}: {}", address(session), e.getMessage());
        }
        session.close(true);
    }
}
