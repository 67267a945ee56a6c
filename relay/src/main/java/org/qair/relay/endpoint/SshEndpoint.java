package org.qair.relay.endpoint;

import java.io.IOException;
import java.security.KeyPair;
import java.security.PublicKey;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.sshd.common.AttributeRepository.AttributeKey;
import org.apache.sshd.common.channel.Channel;
import org.apache.sshd.common.channel.ChannelFactory;
import org.apache.sshd.common.global.KeepAliveHandler;
import org.apache.sshd.common.keyprovider.KeyPairProvider;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.core.CoreModuleProperties;
import org.apache.sshd.server.SshServer;
import org.apache.sshd.server.auth.pubkey.UserAuthPublicKeyFactory;
import org.qair.call.Switchboard;
import org.qair.policy.QubeName;
import org.qair.relay.HeldConnections;
import org.qair.relay.connection.Algorithms;
import org.qair.relay.connection.Connector;
import org.qair.relay.incoming.CallDoor;
import org.qair.relay.incoming.EndpointChannel;
import org.qair.relay.keys.JdkSecurity;
import org.qair.relay.keys.SshKeys;
import org.qair.relay.socket.SocketServices;
import org.qair.relay.stream.ChannelSettings;
import org.qair.relay.stream.WindowBudget;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An SSH server that is no shell: each accepted public key is one named relay, and the only request is
 * {@code qrexec-client-vm [--source-qube=NAME] [--] TARGET SERVICE[+ARG]}, which is taken apart and brought to the
 * switchboard, never executed. No password, pty, subsystem, environment or forwarding. Safe for use by many threads.
 */
public final class SshEndpoint implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SshEndpoint.class);
    private static final AttributeKey<GuestDoor> GUEST_DOOR = new AttributeKey<>();

    static {
        JdkSecurity.install();
    }

    private final EndpointSessions sessions;
    private final WindowBudget windows;
    private final CallDoor door;
    private final KeyPair hostKey;
    private final SshServer server;

    private SshEndpoint(
            EndpointSettings settings,
            RelayKeys keys,
            InvitedKeys invited,
            Switchboard switchboard,
            HeldConnections held)
            throws IOException {
        this.sessions = new EndpointSessions(settings.limits(), keys, invited, held);
        this.windows = new WindowBudget(settings.limits().bufferBytes());
        this.door = new Door(sessions, switchboard, windows, new ConcurrentHashMap<>());
        this.hostKey = SshKeys.loadOrCreate(settings.hostKey(), "host");
        this.server = SshServer.setUpDefaultServer();
        server.setSessionFactory(EndpointSession.factory(server));
    }

    /** An endpoint whose relays are not called back. */
    public static SshEndpoint open(EndpointSettings settings, RelayKeys keys, Switchboard switchboard)
            throws IOException {
        return open(settings, keys, switchboard, new HeldConnections());
    }

    /**
     * Listens from the moment this returns.
     *
     * @param held learns which connections the relays hold
     * @throws IOException when the host key cannot be read or made, or the address cannot be had
     */
    public static SshEndpoint open(
            EndpointSettings settings, RelayKeys keys, Switchboard switchboard, HeldConnections held)
            throws IOException {
        return open(settings, keys, InvitedKeys.NONE, switchboard, held);
    }

    /** Also lets in those who are invited, for the one call that their invitation is for. */
    public static SshEndpoint open(
            EndpointSettings settings,
            RelayKeys keys,
            InvitedKeys invited,
            Switchboard switchboard,
            HeldConnections held)
            throws IOException {
        SshEndpoint endpoint = new SshEndpoint(settings, keys, invited, switchboard, held);
        endpoint.configure(settings);
        endpoint.server.start();
        LOG.info(
                "listening on {}:{} with host key {}",
                settings.listen().getHostString(),
                endpoint.port(),
                SshKeys.fingerprint(endpoint.hostKey()));
        return endpoint;
    }

    /** The port that it listens on. */
    public int port() {
        return server.getPort();
    }

    /** How many connections relays have to it. */
    public int connections() {
        return sessions.all().size();
    }

    /** What its peers have to pin. */
    public PublicKey hostKey() {
        return hostKey.getPublic();
    }

    /** Ends the connections, with their calls, whose key is no longer its relay's. Call it after a key was revoked. */
    public void recheckKeys() {
        sessions.recheck();
    }

    /** Ends every connection with its calls, and listens no more. */
    @Override
    public void close() throws IOException {
        server.stop(true);
    }

    EndpointSessions sessions() {
        return sessions;
    }

    WindowBudget windows() {
        return windows;
    }

    private void configure(EndpointSettings settings) {
        Algorithms.server(server);
        ChannelSettings.apply(server);
        CoreModuleProperties.AUTH_TIMEOUT.set(server, settings.limits().authentication());
        CoreModuleProperties.MAX_AUTH_REQUESTS.set(server, settings.limits().authenticationTries());
        CoreModuleProperties.SERVER_IDENTIFICATION.set(server, Connector.IDENTIFICATION);
        server.setIoServiceFactoryFactory(
                settings.given().map(SocketServices::acceptingAt).orElseGet(SocketServices::open));
        server.setHost(settings.listen().getHostString());
        server.setPort(settings.listen().getPort());
        server.setKeyPairProvider(KeyPairProvider.wrap(hostKey));
        server.setUserAuthFactories(List.of(UserAuthPublicKeyFactory.INSTANCE));
        server.setPublickeyAuthenticator(sessions);
        server.setShellFactory(null);
        server.setSubsystemFactories(List.of());
        server.setChannelFactories(List.of(new Channels()));
        server.setGlobalRequestHandlers(List.of(KeepAliveHandler.INSTANCE));
        server.addSessionListener(sessions);
    }

    private final class Channels implements ChannelFactory {
        @Override
        public String getName() {
            return "session";
        }

        @Override
        public Channel createChannel(Session session) {
            return new EndpointChannel(EndpointSessions.guest(session)
                    .<CallDoor>map(
                            guest -> session.computeAttributeIfAbsent(GUEST_DOOR, key -> new GuestDoor(guest, windows)))
                    .orElse(door));
        }
    }

    private record Door(
            EndpointSessions sessions, Switchboard switchboard, WindowBudget budget, Map<QubeName, WindowBudget> parts)
            implements CallDoor {
        @Override
        public String name() {
            return "ssh";
        }

        @Override
        public Optional<QubeName> relay(Session session) {
            return sessions.relay(session);
        }

        @Override
        public boolean callBegins(QubeName relay) {
            return sessions.callBegins(relay);
        }

        @Override
        public void callEnded(QubeName relay) {
            sessions.callEnded(relay);
        }

        @Override
        public boolean mayBegin(QubeName relay) {
            return sessions.mayBegin(relay);
        }

        @Override
        public WindowBudget windows(Session session) {
            return relay(session)
                    .map(relay -> parts.computeIfAbsent(relay, name -> budget.part(budget.bytes() / 3 * 2)))
                    .orElse(budget);
        }
    }
}
