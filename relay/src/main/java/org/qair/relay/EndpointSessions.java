package org.qair.relay;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
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
import org.qair.relay.InvitedKeys.Guest;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The endpoint's connections: which are not authenticated yet, which relay each of the others is, and how many calls a
 * relay has. Thread-safe.
 */
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
    private final Map<Session, Optional<Member>> sessions = new ConcurrentHashMap<>();
    private final CallCounts calls;
    private final HeldConnections held;

    EndpointSessions(EndpointLimits limits, RelayKeys keys, InvitedKeys invited, HeldConnections held) {
        this.limits = limits;
        this.keys = keys;
        this.invited = invited;
        this.calls = new CallCounts(limits.callsPerRelay());
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
            LOG.warn("{}: key {} is no relay's", address(session), SshKeys.fingerprint(key));
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
        Object host = host(session.getRemoteAddress());
        int all = 0;
        int fromThere = 0;
        for (Map.Entry<Session, Optional<Member>> entry : sessions.entrySet()) {
            if (entry.getValue().isEmpty()) {
                all++;
                fromThere += host(entry.getKey().getRemoteAddress()).equals(host) ? 1 : 0;
            }
        }
        if (all >= limits.unauthenticated() || fromThere >= limits.unauthenticatedPerAddress()) {
            LOG.warn(
                    "{}: refused, {} connections have shown no key yet, {} of them from there",
                    address(session),
                    all,
                    fromThere);
            session.close(true);
            return;
        }
        sessions.put(session, Optional.empty());
    }

    @Override
    public void sessionEvent(Session session, Event event) {
        if (event == Event.Authenticated) {
            authenticated(session);
        }
    }

    @Override
    public void sessionClosed(Session session) {
        Optional<Member> member = sessions.remove(session);
        if (member != null && member.isPresent()) {
            LOG.info(
                    "{}: relay `{}` disconnected",
                    address(session),
                    member.get().relay());
        }
    }

    private void authenticated(Session session) {
        Guest guest = session.getAttribute(GUEST);
        if (guest != null) {
            LOG.info("{}: came in by the invitation of relay `{}`", address(session), guest.relay());
            KeepAlive.start(session, limits.keepAlive());
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
        sessions.put(session, Optional.of(member));
        long connections = sessions.values().stream()
                .filter(other -> other.isPresent() && other.get().relay().equals(member.relay()))
                .count();
        if (connections > limits.connectionsPerRelay()) {
            end(session, "relay `%s` has %d connections".formatted(member.relay(), limits.connectionsPerRelay()));
            return;
        }
        LOG.info("{}: relay `{}` connected with key {}", address(session), member.relay(), SshKeys.fingerprint(key));
        KeepAlive.start(session, limits.keepAlive());
        held.add(member.relay(), session);
    }

    /** Which relay the session is, if its key still is that relay's; else the session ends. */
    Optional<QubeName> relay(Session session) {
        @Nullable Member member = session.getAttribute(MEMBER);
        if (member == null) {
            return Optional.empty();
        }
        Optional<QubeName> now = keys.relayOf(member.key()).map(KnownRelay::name);
        if (!now.equals(Optional.of(member.relay()))) {
            end(session, "the key of relay `%s` was revoked".formatted(member.relay()));
            return Optional.empty();
        }
        return Optional.of(member.relay());
    }

    /** Who came in by an invitation. */
    static Optional<Guest> guest(Session session) {
        return Optional.ofNullable(session.getAttribute(GUEST));
    }

    /** Counts a call in, unless the relay has too many; each success must be followed by {@link #callEnded}. */
    boolean callBegins(QubeName relay) {
        return calls.begin(relay);
    }

    void callEnded(QubeName relay) {
        calls.end(relay);
    }

    /** Ends each session whose key is no longer its relay's. */
    void recheck() {
        sessions.keySet().forEach(this::relay);
    }

    /** Every connection, for tests. */
    List<Session> all() {
        return List.copyOf(sessions.keySet());
    }

    static String address(Session session) {
        return String.valueOf(session.getRemoteAddress());
    }

    private static void end(Session session, String reason) {
        LOG.warn("{}: connection ended: {}", address(session), reason);
        try {
            session.disconnect(SshConstants.SSH2_DISCONNECT_BY_APPLICATION, "connection ended");
        } catch (IOException e) {
            LOG.debug("{}: {}", address(session), e.getMessage());
        }
        session.close(true);
    }

    private static Object host(@Nullable SocketAddress address) {
        return address instanceof InetSocketAddress internet ? internet.getAddress() : String.valueOf(address);
    }
}
