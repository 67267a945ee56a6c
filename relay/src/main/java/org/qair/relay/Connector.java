package org.qair.relay;

import java.io.IOException;
import java.net.SocketAddress;
import java.security.KeyPair;
import java.security.PublicKey;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.sshd.client.SshClient;
import org.apache.sshd.client.auth.pubkey.UserAuthPublicKeyFactory;
import org.apache.sshd.client.config.hosts.HostConfigEntryResolver;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.AttributeRepository;
import org.apache.sshd.common.AttributeRepository.AttributeKey;
import org.apache.sshd.common.channel.ChannelFactory;
import org.apache.sshd.common.config.keys.FilePasswordProvider;
import org.apache.sshd.common.future.CancelOption;
import org.apache.sshd.common.kex.KexProposalOption;
import org.apache.sshd.common.keyprovider.KeyIdentityProvider;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.common.session.SessionListener;
import org.apache.sshd.core.CoreModuleProperties;
import org.jspecify.annotations.Nullable;

/**
 * Opens authenticated connections to peers. It knows a peer's pinned keys and its one identity, and looks at nothing
 * else: no known_hosts, no agent, no configuration file. Thread-safe.
 */
final class Connector implements AutoCloseable {
    private static final AttributeKey<Attempt> ATTEMPT = new AttributeKey<>();

    private final SshClient client;

    /** One whose peers open no channels to us. */
    Connector() {
        this(List.of());
    }

    /** @param reverse take the channels that peers open to us */
    Connector(List<ChannelFactory> reverse) {
        JdkSecurity.install();
        client = SshClient.setUpDefaultClient();
        Algorithms.client(client);
        ChannelSettings.apply(client);
        CoreModuleProperties.CLIENT_IDENTIFICATION.set(client, "Qair");
        client.setUserAuthFactories(List.of(UserAuthPublicKeyFactory.INSTANCE));
        client.setHostConfigEntryResolver(HostConfigEntryResolver.EMPTY);
        client.setKeyIdentityProvider(KeyIdentityProvider.EMPTY_KEYS_PROVIDER);
        client.setFilePasswordProvider(FilePasswordProvider.EMPTY);
        client.setChannelFactories(reverse);
        client.setServerKeyVerifier(Connector::verify);
        client.addSessionListener(new KnownKeysFirst());
        client.start();
    }

    /** @throws IOException saying what went wrong with which peer */
    ClientSession connect(Peer peer) throws IOException {
        Attempt attempt = new Attempt(peer);
        long deadline = System.nanoTime() + peer.limits().connectTimeout().toNanos();
        KeyPair identity = SshKeys.load(peer.identity());
        ClientSession session = null;
        try {
            AttributeRepository context = AttributeRepository.ofKeyValuePair(ATTEMPT, attempt);
            session = client.connect(peer.user(), peer.host(), peer.port(), context, null)
                    .verify(left(deadline), CancelOption.CANCEL_ON_TIMEOUT)
                    .getSession();
            session.addPublicKeyIdentity(identity);
            session.auth().verify(left(deadline));
            KeepAlive.start(session, peer.limits().keepAlive());
            return session;
        } catch (IOException | RuntimeException e) {
            if (session != null) {
                session.close(true);
            }
            throw new IOException("%s: %s".formatted(peer, attempt.explain(e)), e);
        }
    }

    /** Whose connection it is. */
    static Optional<Peer> peerOf(Session session) {
        Attempt attempt = session instanceof ClientSession client
                ? client.getConnectionContext().getAttribute(ATTEMPT)
                : null;
        return Optional.ofNullable(attempt).map(made -> made.peer);
    }

    @Override
    public void close() {
        client.stop();
    }

    private static Duration left(long deadline) {
        return Duration.ofNanos(Math.max(1_000_000, deadline - System.nanoTime()));
    }

    private static boolean verify(ClientSession session, SocketAddress address, PublicKey shown) {
        Attempt attempt = session.getConnectionContext().getAttribute(ATTEMPT);
        if (attempt == null) {
            return false;
        }
        if (attempt.peer.hostKeys().stream().anyMatch(pinned -> SshKeys.same(pinned, shown))) {
            return true;
        }
        attempt.refusal =
                "its host key %s is not the pinned one (%s): someone may be in between, or the key was changed"
                        .formatted(
                                SshKeys.fingerprint(shown),
                                attempt.peer.hostKeys().stream()
                                        .map(SshKeys::fingerprint)
                                        .collect(Collectors.joining(", ")));
        return false;
    }

    /** One try to connect; the verifier, which runs in the library's thread, leaves its reason here. */
    private static final class Attempt {
        private final Peer peer;
        private volatile @Nullable String refusal;

        Attempt(Peer peer) {
            this.peer = peer;
        }

        String explain(Exception failure) {
            String reason = refusal;
            if (reason != null) {
                return reason;
            }
            Throwable cause = failure;
            while (cause.getMessage() == null && cause.getCause() != null) {
                cause = cause.getCause();
            }
            return String.valueOf(cause.getMessage());
        }
    }

    /** Without this a peer with several host keys may show one that is not pinned, and be refused. */
    private static final class KnownKeysFirst implements SessionListener {
        @Override
        public void sessionNegotiationOptionsCreated(Session session, Map<KexProposalOption, String> proposal) {
            peerOf(session)
                    .ifPresent(peer ->
                            proposal.put(KexProposalOption.SERVERKEYS, Algorithms.hostKeyOrder(peer.hostKeys())));
        }
    }
}
