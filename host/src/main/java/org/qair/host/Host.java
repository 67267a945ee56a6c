package org.qair.host;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.qair.call.Service;
import org.qair.channel.DataPorts;
import org.qair.channel.LocalCaller;
import org.qair.channel.TriggerSocket;
import org.qair.channel.unix.SocketFile;
import org.qair.exec.FileService;
import org.qair.exec.ServicePath;
import org.qair.exec.ServiceSettings;
import org.qair.host.audit.AuditLog;
import org.qair.host.daemon.PolicyDaemon;
import org.qair.host.settings.EndpointTable;
import org.qair.host.settings.HostSettings;
import org.qair.policy.QubeName;
import org.qair.registry.QubeRecord;
import org.qair.registry.Registry;
import org.qair.registry.admin.AdminApi;
import org.qair.registry.admin.AdminSocket;
import org.qair.registry.qubesdb.QubesDbSocket;
import org.qair.relay.EndpointSettings;
import org.qair.relay.SshEndpoint;
import org.qair.relay.SshTransport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A host that runs: registry, policy, switchboard, the sockets of its qubes and its SSH endpoint. One process has one; a second
 * one under the same root does not start.
 */
public final class Host implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Host.class);
    /** The built-in transport RPC. */
    public static final String TRANSPORT = "qubesair.SSHProxy";

    /** The services that every qube of a host has without a file. */
    public static final Set<String> BUILT_IN_SERVICES = Set.of(TRANSPORT);

    private final HostLayout layout;
    private final HostSettings settings;
    private final Resources opened = new Resources();
    private final RunningCalls running = new RunningCalls();
    private final HostKeys keys;
    private Optional<String> endpointAddress = Optional.empty();
    private int qubes;

    private Host(HostLayout layout, HostSettings settings) {
        this.layout = layout;
        this.settings = settings;
        this.keys = new HostKeys(layout);
    }

    /**
     * Starts a host and returns when its doors are open.
     *
     * @throws IOException when a file or socket cannot be made, or another process is the host of that root
     * @throws HostException when a setting cannot be followed
     */
    public static Host start(HostLayout layout, HostSettings settings) throws IOException, HostException {
        Host host = new Host(layout, settings);
        try {
            host.open(Clock.systemUTC());
            return host;
        } catch (IOException | HostException | RuntimeException failed) {
            host.close();
            throw failed;
        }
    }

    private void open(Clock clock) throws IOException, HostException {
        makeDirectories();
        Registry registry = opened.add(Registry.open(layout.registry()));
        Trees.delete(layout.run()); // the registry's lock is held: whoever left something there is dead
        opened.add(() -> Trees.delete(layout.run()));
        Directories.makePublic(layout.run().resolve("by-name"));
        AuditLog audit = opened.add(AuditLog.open(layout.audit()));
        LivePolicy policy = openPolicy(registry);
        registry.alsoReferredBy(PolicyReferrers.of(PolicyDirectory.of(layout), settings, policy::references));
        HostSwitchboard switchboard = new HostSwitchboard(
                () -> registry.snapshot().systemInfo(), policy, services(registry), audit, running, clock);
        DataPorts ports = new DataPorts();
        openQubes(registry, switchboard, ports);
        openDefaultDoor(registry, switchboard, ports);
        opened.add(PolicyDaemon.open(
                SocketFile.ownerOnly(layout.policySocket()),
                () -> registry.snapshot().systemInfo(),
                policy::inForce));
        opened.add(AdminSocket.open(SocketFile.ownerOnly(layout.internalSocket()), AdminApi.internal(registry)));
        opened.add(AdminSocket.open(SocketFile.ownerOnly(layout.adminSocket()), AdminApi.of(registry)));
        if (settings.endpoint().isPresent()) {
            openEndpoint(settings.endpoint().get(), switchboard);
        }
        write("pid", Long.toString(ProcessHandle.current().pid()));
    }

    private void makeDirectories() throws IOException {
        Directories.makePublic(layout.policy());
        Directories.makePublic(layout.volatilePolicy());
        Directories.makePublic(layout.root().resolve("etc/qubes-rpc"));
        Directories.makePublic(layout.settingsDirectory());
        Directories.makePublic(layout.sockets());
        Directories.makePrivate(layout.state());
    }

    /** The watch reads the policy for the first time too, so that no change falls between reading and watching. */
    private LivePolicy openPolicy(Registry registry) throws IOException {
        LivePolicy policy = new LivePolicy(
                settings.onBrokenPolicy(), () -> registry.snapshot().systemInfo());
        PolicyDirectory directory = PolicyDirectory.of(layout);
        opened.add(new PolicyWatch(List.of(layout.policy(), layout.volatilePolicy()), () -> {
            SeenPolicyFiles files = new SeenPolicyFiles(directory, layout.policy());
            policy.read(files, directory::tables);
            return files.directories();
        }));
        return policy;
    }

    private Service services(Registry registry) throws HostException {
        PeerRoutes routes = new PeerRoutes(registry::snapshot, keys, layout.settings(), settings.peers());
        SshTransport transport = opened.add(new SshTransport(routes));
        return new QubeServices(
                qube -> files(registry, qube), Map.of(TRANSPORT, transport), new AdminService(AdminApi.of(registry)));
    }

    private FileService files(Registry registry, QubeName qube) {
        Optional<QubeRecord> record = registry.snapshot().find(qube);
        Map<String, String> environment = new HashMap<>();
        path().ifPresent(path -> environment.put("PATH", path));
        record.ifPresent(found -> environment.put(
                "QUBESDB_SOCKET", layout.qubesDbSocket(found.qid()).toString()));
        return new FileService(ServiceSettings.of(
                new ServicePath(layout.servicePath(qube)), record.flatMap(QubeRecord::unixUser), environment));
    }

    /** Our own programs come last, for transports that are scripts and call `qubesdb-read`; the system's go before. */
    private static Optional<String> path() {
        String usual = System.getenv().getOrDefault("PATH", "/usr/local/bin:/usr/bin:/bin");
        return Optional.ofNullable(System.getProperty("qair.home")).map(home -> usual + ":" + home + "/bin");
    }

    private void openQubes(Registry registry, HostSwitchboard switchboard, DataPorts ports) {
        QubeDoor.Rooms rooms = new QubeDoor.Rooms() {
            @Override
            public TriggerSocket trigger(Path path, LocalCaller caller) throws IOException {
                return TriggerSocket.open(
                        path, PosixFilePermissions.fromString("rw-------"), caller, switchboard, ports, LOG::warn);
            }

            @Override
            public AutoCloseable database(Path path, QubeRecord qube) throws IOException {
                return QubesDbSocket.open(SocketFile.ownerOnly(path), registry, qube);
            }

            @Override
            public AutoCloseable readOnlyDatabase(Path path, QubeRecord qube) throws IOException {
                return QubesDbSocket.openReadOnly(SocketFile.ownerOnly(path), registry, qube);
            }
        };
        LocalQubes local = opened.add(new LocalQubes(qube -> QubeDoor.open(layout, qube, rooms)));
        opened.add(registry.onChange(change -> local.follow(change.after())));
        local.follow(registry.snapshot());
        qubes = registry.snapshot().qubes().size();
    }

    private void openDefaultDoor(Registry registry, HostSwitchboard switchboard, DataPorts ports) throws IOException {
        opened.add(TriggerSocket.open(
                layout.triggerSocket(),
                PosixFilePermissions.fromString("rw-rw-rw-"),
                new CallerLookup(layout, registry::snapshot),
                switchboard,
                ports,
                LOG::warn));
    }

    private void openEndpoint(EndpointTable table, HostSwitchboard switchboard) throws IOException, HostException {
        var relays = EndpointKeys.of(table.relays());
        var ignored = keys.endpoint();
        SshEndpoint started = opened.add(SshEndpoint.open(
                new EndpointSettings(new InetSocketAddress(table.host(), table.port()), layout.endpointKey()),
                key -> Optional.ofNullable(relays.get(key)),
                switchboard));
        endpointAddress = Optional.of(table.host() + ":" + started.port());
        write("endpoint", endpointAddress.get());
    }

    private void write(String name, String line) throws IOException {
        Path file = layout.run().resolve(name);
        Files.writeString(file, line + "\n");
    }

    /** One line for whoever started the host and waits for it. */
    public String readyLine() {
        return "qair host ready: root %s, %d qubes%s"
                .formatted(
                        layout.root(),
                        qubes,
                        endpointAddress.map(address -> ", endpoint " + address).orElse(""));
    }

    /** Takes no more calls, gives those that run the grace period of the settings, ends the rest, and leaves no socket behind. */
    @Override
    public void close() {
        try {
            running.stop(settings.grace());
        } catch (InterruptedException hurry) {
            Thread.currentThread().interrupt();
        }
        opened.close();
    }
}
