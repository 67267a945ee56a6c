package org.qair.host.relayqube;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;
import org.qair.call.CallException;
import org.qair.call.Switchboard;
import org.qair.call.Switchboard.AdmittedCall;
import org.qair.channel.InBandCalls;
import org.qair.channel.PeerIdentity;
import org.qair.channel.unix.SocketFile;
import org.qair.channel.unix.UnixServer;
import org.qair.host.HostException;
import org.qair.host.HostKeys;
import org.qair.host.HostLayout;
import org.qair.host.InheritedSocket;
import org.qair.host.LiveSettings;
import org.qair.host.Resources;
import org.qair.host.files.Directories;
import org.qair.host.settings.EndpointTable;
import org.qair.host.settings.HostSettings;
import org.qair.policy.QubeName;
import org.qair.protocol.TriggerService;
import org.qair.relay.HeldConnections;
import org.qair.relay.SshTransport;
import org.qair.relay.endpoint.SshEndpoint;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The relay of a qube whose policy, agent and QubesDB are somebody else's. It holds the warm connections, takes the calls that the
 * service {@code qubesair.SSHProxy} of the qube hands over, and gives those that come in to the qube's {@code qrexec-client-vm}.
 */
public final class RelayQube implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RelayQube.class);
    /** Who connects is looked at, so that the agent may run services as any user. */
    private static final Set<PosixFilePermission> EVERYBODY = PosixFilePermissions.fromString("rw-rw-rw-");

    private final HostLayout layout;
    private final HostSettings settings;
    private final QubeName own;
    private final Resources opened = new Resources();
    private Optional<String> endpointAddress = Optional.empty();

    private RelayQube(HostLayout layout, HostSettings settings, QubeName own) {
        this.layout = layout;
        this.settings = settings;
        this.own = own;
    }

    /**
     * Starts a relay and returns when its doors are open.
     *
     * @throws IOException when QubesDB does not answer, a file or socket cannot be made, or another relay has it
     * @throws HostException when a setting cannot be followed
     */
    public static RelayQube start(HostLayout layout, HostSettings settings) throws IOException, HostException {
        QubeDatabase database = new QubeDatabase(settings.relay().qubesDb());
        RelayQube relay = new RelayQube(layout, settings, ownName(database));
        try {
            relay.open(database);
            return relay;
        } catch (IOException | HostException | RuntimeException failed) {
            relay.close();
            throw failed;
        }
    }

    private static QubeName ownName(QubeDatabase database) throws IOException {
        try {
            return database.own();
        } catch (IOException silent) {
            throw new IOException("QubesDB does not say which qube this is: " + silent.getMessage(), silent);
        }
    }

    private void open(QubeDatabase database) throws IOException, HostException {
        Directories.makePublic(layout.settingsDirectory());
        Directories.makePublic(layout.run());
        Path key = new HostKeys(layout).relayFile(own);
        RemoteVms remotes = new RemoteVms(
                own, database, key, layout.settings(), settings.relay().defaultPeer());
        LiveSettings live = new LiveSettings(layout, settings, remotes);
        HeldConnections held = new HeldConnections();
        SshTransport transport = opened.add(new SshTransport(remotes, held, (call, stages) -> {}));
        IncomingCalls incoming =
                new IncomingCalls(own, database, settings.relay().client());
        openDoors(new OutgoingCalls(own, transport));
        if (settings.endpoint().isPresent()) {
            openEndpoint(settings.endpoint().get(), live, incoming, held);
        }
        live.onChange(() -> transport.retain(remotes::isCurrent));
        live.onChange(() -> follow(transport, remotes, incoming));
        follow(transport, remotes, incoming);
        opened.add(live.watch());
    }

    private void openDoors(OutgoingCalls outgoing) throws IOException {
        TrustedUsers trusted = new TrustedUsers(settings.relay().users());
        InBandCalls.Door door = new InBandCalls.Door() {
            @Override
            public AdmittedCall admit(PeerIdentity peer, TriggerService request) throws CallException {
                if (!trusted.test(peer)) {
                    throw new CallException.Refused("it came from a user who may not hand calls over");
                }
                return outgoing.take(request.uncheckedSource(), request.uncheckedService());
            }
        };
        opened.add(UnixServer.open(socket(layout.relaySocket()), new InBandCalls(door, LOG::warn)));
        opened.add(UnixServer.open(socket(layout.relayServiceSocket()), new DescribedCalls(outgoing, trusted)));
    }

    private static SocketFile socket(Path path) {
        return new SocketFile(path, EVERYBODY, Optional.empty());
    }

    private void openEndpoint(EndpointTable table, LiveSettings live, Switchboard incoming, HeldConnections held)
            throws IOException {
        SshEndpoint started =
                opened.add(SshEndpoint.open(InheritedSocket.settings(table, layout), live.relays(), incoming, held));
        live.onChange(started::recheckKeys);
        endpointAddress = Optional.of(table.host() + ":" + started.port());
        Files.writeString(layout.endpointAddress(), endpointAddress.get() + "\n");
    }

    private synchronized void follow(SshTransport transport, RemoteVms remotes, Switchboard incoming) {
        transport.takeCallsBack(remotes.reverse(), incoming);
        transport.keepOpen(remotes.eager());
    }

    /** One line for whoever started the relay and waits for it. */
    public String readyLine() {
        return "qair relay ready: qube %s%s"
                .formatted(
                        own,
                        endpointAddress.map(address -> ", endpoint " + address).orElse(""));
    }

    /** Ends the connections with their calls, and leaves no socket behind. */
    @Override
    public void close() {
        opened.close();
    }
}
