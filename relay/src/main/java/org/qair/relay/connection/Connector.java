package org.qair.relay.connection;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.security.KeyPair;
import java.security.PublicKey;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.sshd.client.SshClient;
import org.apache.sshd.client.config.hosts.HostConfigEntryResolver;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.channel.ChannelFactory;
import org.apache.sshd.common.config.keys.FilePasswordProvider;
import org.apache.sshd.common.future.CancelOption;
import org.apache.sshd.common.kex.KexProposalOption;
import org.apache.sshd.common.keyprovider.KeyIdentityProvider;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.common.session.SessionListener;
import org.apache.sshd.core.CoreModuleProperties;
import org.qair.policy.Printable;
import org.qair.relay.keys.Identities;
import org.qair.relay.keys.JdkSecurity;
import org.qair.relay.keys.SshKeys;
import org.qair.relay.peer.ConfiguredRoute;
import org.qair.relay.peer.Destination;
import org.qair.relay.peer.Hop;
import org.qair.relay.peer.Peer;
import org.qair.relay.peer.PeerLimits;
import org.qair.relay.peer.Route;
import org.qair.relay.socket.SocketServices;
import org.qair.relay.stream.ChannelSettings;

/**
 * Opens authenticated connections to peers, hop by hop. What is trusted and shown at each hop is in the {@link Hop} alone.
 * Thread-safe.
 */
public final class Connector implements AutoCloseable {
    /** How both ends of ours call themselves. */
    public static final String IDENTIFICATION = "Qair";

    private final SshClient client;
    private final Tunnels tunnels;

    /** One whose peers open no channels to us. */
    public Connector() {
        this(List.of());
    }

    /**
     * Connects to nothing yet.
     *
     * @param reverse take the channels that peers open to us
     */
    public Connector(List<ChannelFactory> reverse) {
        JdkSecurity.install();
        client = SshClient.setUpDefaultClient();
        client.setIoServiceFactoryFactory(SocketServices.open());
        client.setSessionFactory(PeerSession.factory(client));
        Algorithms.client(client);
        ChannelSettings.apply(client);
        CoreModuleProperties.CLIENT_IDENTIFICATION.set(client, IDENTIFICATION);
        CoreModuleProperties.ABORT_ON_INVALID_CERTIFICATE.set(client, true);
        client.setUserAuthFactories(List.of(KeyLogin.factory()));
        client.setHostConfigEntryResolver(HostConfigEntryResolver.EMPTY);
        client.setKeyIdentityProvider(KeyIdentityProvider.EMPTY_KEYS_PROVIDER);
        client.setFilePasswordProvider(FilePasswordProvider.EMPTY);
        client.setChannelFactories(reverse);
        client.setServerKeyVerifier(Connector::verify);
        client.addSessionListener(new KnownKeysFirst());
        client.start();
        tunnels = new Tunnels(client);
    }

    /**
     * An authenticated connection, with the keys that the peer names.
     *
     * @throws ConnectFailure saying what went wrong with which peer, and at which hop
     */
    public PeerSession connect(Peer peer) throws ConnectFailure, InterruptedException {
        return connect(peer, Optional.empty());
    }

    /**
     * An authenticated connection.
     *
     * @param key to log in with at the last hop, instead of what the peer names
     */
    public PeerSession connect(Peer peer, Optional<KeyPair> key) throws ConnectFailure, InterruptedException {
        Route route = resolve(peer);
        long deadline = System.nanoTime() + route.limits().connectTimeout().toNanos();
        Optional<PeerSession> reached = Optional.empty();
        for (Hop hop : route.hops()) {
            boolean last = hop.equals(route.hops().getLast());
            Identities identities = key.filter(pair -> last)
                    .map(pair -> Identities.of(pair, client))
                    .orElseGet(() -> Identities.of(hop.login(), client));
            reached = Optional.of(step(peer, route, reached, hop, identities, deadline));
        }
        PeerSession session = reached.orElseThrow();
        KeepAlive.start(session, route.limits());
        return session;
    }

    @Override
    public void close() {
        client.stop();
    }

    private static Route resolve(Peer peer) throws ConnectFailure, InterruptedException {
        return switch (peer.destination()) {
            case Destination.Hops fixed -> new Route(fixed.hops(), peer.limits());
            case Destination.Configured configured -> {
                try {
                    yield ConfiguredRoute.of(configured, peer.limits());
                } catch (IOException | IllegalArgumentException e) {
                    throw new ConnectFailure(ConnectFailure.Stage.ROUTE, "%s: %s".formatted(peer, e.getMessage()), e);
                }
            }
        };
    }

    private PeerSession step(
            Peer peer, Route route, Optional<PeerSession> before, Hop hop, Identities identities, long deadline)
            throws ConnectFailure {
        PeerSession session = null;
        try {
            if (identities.keys().isEmpty()) {
                throw new IOException("no key to log in with: " + String.join("; ", identities.problems()));
            }
            session = before.isPresent() ? tunnels.open(before.get(), hop, deadline) : dial(hop, deadline);
            session.logsInWith(identities.keys());
            if (hop.equals(route.hops().getLast())) {
                session.leadsTo(peer);
            }
            logIn(session, identities, deadline);
            return session;
        } catch (IOException | RuntimeException e) {
            String reason = Optional.ofNullable(session)
                    .flatMap(PeerSession::reason)
                    .orElseGet(() -> reason(e, route.limits(), deadline));
            Optional.ofNullable(session).ifPresent(failed -> failed.close(true));
            before.ifPresent(outer -> outer.close(true));
            ConnectFailure.Stage stage = identities.keys().isEmpty()
                    ? ConnectFailure.Stage.IDENTITY
                    : ConnectFailure.stage(e, Optional.ofNullable(session));
            throw new ConnectFailure(stage, "%s: %s%s".formatted(peer, at(peer, hop), reason), e);
        }
    }

    /** Where it went wrong, when that is not where the peer itself is. */
    private static String at(Peer peer, Hop hop) {
        return peer.destination().toString().equals(hop.toString()) ? "" : "at %s: ".formatted(hop);
    }

    private static void logIn(PeerSession session, Identities identities, long deadline) throws IOException {
        try {
            session.auth().verify(left(deadline));
        } catch (IOException e) {
            if (session.isOpen() && !identities.problems().isEmpty()) {
                throw new IOException(
                        "%s (not tried: %s)".formatted(e.getMessage(), String.join("; ", identities.problems())), e);
            }
            throw e;
        }
    }

    /** Tries each address of the host, in the resolver's order. */
    private PeerSession dial(Hop hop, long deadline) throws IOException {
        List<InetAddress> addresses = addresses(hop);
        IOException failure =
                new IOException("`%s` has no address of the family that is asked for".formatted(hop.host()));
        for (int i = 0; i < addresses.size(); i++) {
            Duration share = left(deadline).dividedBy(addresses.size() - i);
            try {
                return dial(hop, addresses.get(i), share);
            } catch (IOException e) {
                failure = e;
            }
        }
        throw failure;
    }

    private PeerSession dial(Hop hop, InetAddress address, Duration atMost) throws IOException {
        SocketAddress local = hop.options()
                .bindAddress()
                .map(name -> new InetSocketAddress(name, 0))
                .orElse(null);
        return (PeerSession)
                client.connect(hop.user(), address.getHostAddress(), hop.port(), PeerSession.context(hop), local)
                        .verify(atMost, CancelOption.CANCEL_ON_TIMEOUT)
                        .getSession();
    }

    private static List<InetAddress> addresses(Hop hop) throws IOException {
        try {
            return Stream.of(InetAddress.getAllByName(hop.host()))
                    .filter(hop.options().family()::has)
                    .toList();
        } catch (UnknownHostException e) {
            throw new IOException("the name `%s` has no address".formatted(Printable.of(hop.host())), e);
        }
    }

    static Duration left(long deadline) {
        return Duration.ofNanos(Math.max(1_000_000, deadline - System.nanoTime()));
    }

    private static String reason(Exception failure, PeerLimits limits, long deadline) {
        if (System.nanoTime() >= deadline) {
            return "not connected in time (%s)".formatted(limits.connectTimeout());
        }
        Throwable cause = failure;
        while (cause.getMessage() == null && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return Printable.line(String.valueOf(cause.getMessage()));
    }

    private static boolean verify(ClientSession session, SocketAddress address, PublicKey shown) {
        PeerSession peer = (PeerSession) session;
        Optional<String> fault = peer.hop().trust().fault(shown);
        if (fault.isEmpty() && !SshKeys.isStrong(shown, peer.hop().options().smallestRsa())) {
            fault = Optional.of("its host key is an RSA key of too few bits");
        }
        fault.ifPresent(peer::distrusts);
        return fault.isEmpty();
    }

    /** Without this a server with several host keys may show one that is not known, and be refused. */
    private static final class KnownKeysFirst implements SessionListener {
        @Override
        public void sessionNegotiationOptionsCreated(Session session, Map<KexProposalOption, String> proposal) {
            if (session instanceof PeerSession peer) {
                proposal.put(KexProposalOption.SERVERKEYS, Algorithms.hostKeyOrder(peer.hop()));
            }
        }
    }
}
