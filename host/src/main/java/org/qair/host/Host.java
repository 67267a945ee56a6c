package org.qair.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.qair.call.CallException;
import org.qair.call.Service;
import org.qair.channel.DataPorts;
import org.qair.channel.LocalCaller;
import org.qair.channel.TriggerSocket;
import org.qair.channel.unix.SocketFile;
import org.qair.exec.ConfigPath;
import org.qair.exec.FileService;
import org.qair.exec.ServicePath;
import org.qair.exec.ServiceSettings;
import org.qair.host.agents.Agents;
import org.qair.host.agents.VchanDirectory;
import org.qair.host.audit.AuditLog;
import org.qair.host.daemon.PolicyDaemon;
import org.qair.host.enrolment.InvitationDesk;
import org.qair.host.files.Directories;
import org.qair.host.files.Trees;
import org.qair.host.limits.Limits;
import org.qair.host.metrics.Meter;
import org.qair.host.prompts.Prompts;
import org.qair.host.prompts.PromptsSocket;
import org.qair.host.settings.EndpointTable;
import org.qair.host.settings.HostSettings;
import org.qair.policy.QubeName;
import org.qair.policy.SystemInfo;
import org.qair.proof.HostSigner;
import org.qair.registry.QubeRecord;
import org.qair.registry.Registry;
import org.qair.registry.admin.Admin;
import org.qair.registry.admin.AdminApi;
import org.qair.registry.admin.AdminSocket;
import org.qair.registry.qubesdb.QubesDbSocket;
import org.qair.relay.HeldConnections;
import org.qair.relay.SshTransport;
import org.qair.relay.endpoint.SshEndpoint;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A host that runs: registry, policy, switchboard, the sockets of its qubes and its SSH endpoint. One process has one; a second
 * one under the same root does not start.
 */
public final class Host implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Host.class);
    /** The built-in transport RPC. */
    public static final String TRANSPORT = SshTransport.NAME;

    private final HostLayout layout;
    private final HostSettings settings;
    private final Resources opened = new Resources();
    private final RunningCalls running = new RunningCalls();
    private final HostKeys keys;
    private Optional<String> endpointAddress = Optional.empty();
    private Supplier<Set<Path>> policyReading = Set::of;
    private int qubes;

    private Host(HostLayout layout, HostSettings settings) {
        this.layout = layout;
        this.settings = settings;
        this.keys = new HostKeys(layout);
    }

    /** The services that qubes of a host have without a file: every qube the transport, and dom0 its own. */
    public static Set<String> builtInServices() {
        Set<String> names = new TreeSet<>(Dom0Services.names());
        names.addAll(BuiltInServices.NAMES);
        return names;
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
        // the registry's lock is held: whoever left something there is dead, but for agents
        Trees.deleteBut(layout.vchans(), layout.run());
        opened.add(() -> Trees.deleteBut(layout.vchans(), layout.run()));
        Directories.makePublic(layout.run().resolve("by-name"));
        HostMetrics metrics = new HostMetrics(settings.metrics());
        AuditLog audit = AuditUpkeep.open(layout, settings.audit(), opened, clock);
        LivePolicy policy = openPolicy(registry, metrics.meter());
        PeerRoutes routes = new PeerRoutes(registry::snapshot, keys, layout.settings());
        LiveSettings live = new LiveSettings(layout, settings, routes);
        InvitationDesk desk = new InvitationDesk(
                layout.enrolment(),
                AdminApi.of(registry),
                live.relays()::isTaken,
                () -> reload(live),
                keys::hostKeys,
                clock);
        desk.undoIncomplete();
        registry.alsoReferredBy(PolicyReferrers.of(layout, policy::references));
        Agents agents = openAgents(registry);
        Supplier<SystemInfo> system = () -> registry.snapshot().systemInfo();
        StageTimes stages = new StageTimes();
        HostTransport transport = opened.add(new HostTransport(routes, stages));
        Service services = services(registry, policy, agents, transport, desk);
        GuiQubeAgent gui = new GuiQubeAgent(services, system);
        Prompts prompts = opened.add(new Prompts(settings.prompts(), gui, clock));
        People people = new People(prompts, policy::inForce, metrics.meter());
        HostSwitchboard switchboard = new HostSwitchboard(
                system,
                policy,
                services,
                new CallJournal(audit, settings.audit().required(), stages, metrics.meter()),
                people,
                new Notices(gui),
                new Proofs(registry::snapshot, new HostSigner(keys.host()), clock),
                new UnknownCallers(registry::snapshot),
                new Limits(settings.limits(), clock, live.relays()::callLimit),
                running,
                clock);
        registry.respect(switchboard.heldNames());
        DataPorts ports = new DataPorts();
        openQubes(registry, switchboard, ports);
        openDefaultDoor(registry, switchboard, ports);
        agents.start(switchboard);
        transport.start(registry, live, switchboard);
        opened.add(CallsSocket.open(SocketFile.ownerOnly(layout.callsSocket()), running));
        opened.add(PromptsSocket.open(
                layout.promptsSocket(), prompts, settings.prompts().users()));
        opened.add(HostDoor.open(
                SocketFile.ownerOnly(layout.hostSocket()), new OwnerCalls(switchboard, registry::snapshot, agents)));
        opened.add(PolicyDaemon.open(
                SocketFile.ownerOnly(layout.policySocket()), system, policy::inForce, people::asking));
        opened.add(
                AdminSocket.openInternal(SocketFile.ownerOnly(layout.internalSocket()), AdminApi.internal(registry)));
        opened.add(
                AdminSocket.open(SocketFile.ownerOnly(layout.adminSocket()), admin(registry, policy, live, transport)));
        if (settings.endpoint().isPresent()) {
            metrics.watch(openEndpoint(settings.endpoint().get(), live, desk, switchboard, transport.held()));
        }
        metrics.watch(running, prompts, transport.service(), policy);
        metrics.listen(layout, opened);
        opened.add(live.watch());
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
    private LivePolicy openPolicy(Registry registry, Meter meter) throws IOException {
        LivePolicy policy = new LivePolicy(
                settings.onBrokenPolicy(), () -> registry.snapshot().systemInfo(), meter);
        PolicyDirectory directory = PolicyDirectory.of(layout);
        Supplier<Set<Path>> reading = () -> {
            SeenPolicyFiles files = new SeenPolicyFiles(directory, layout.policy());
            policy.read(files, directory::tables);
            return files.directories();
        };
        policyReading = reading;
        opened.add(new DirectoryWatch("policy", List.of(layout.policy(), layout.volatilePolicy()), reading));
        return policy;
    }

    private Agents openAgents(Registry registry) throws IOException {
        Path directory = settings.agents().vchanDirectory().orElse(layout.vchans());
        return opened.add(new Agents(
                registry,
                VchanDirectory.open(directory),
                settings.agents().startup(),
                settings.agents().guestVchans()));
    }

    private Service services(
            Registry registry, LivePolicy policy, Agents agents, HostTransport transport, InvitationDesk desk) {
        BuiltInServices builtIns = new BuiltInServices(
                layout, registry::snapshot, policy, qube -> agents.find(qube).isPresent());
        return new QubeServices(
                agents::find,
                qube -> files(registry, qube),
                builtIns.all(transport.service(), desk),
                Dom0Services.of(layout, registry, policy, this::readPolicy));
    }

    /** A qube that was renamed or removed since policy judged the call has no services any more, least of all those of this user. */
    private FileService files(Registry registry, QubeName name) throws CallException.Failed {
        QubeRecord qube = registry.snapshot()
                .find(name)
                .orElseThrow(() -> new CallException.Failed(
                        "qube `%s` was renamed or removed while the call was on its way".formatted(name)));
        Map<String, String> environment = new HashMap<>();
        path().ifPresent(path -> environment.put("PATH", path));
        environment.put("QUBESDB_SOCKET", layout.qubesDbSocket(qube.qid()).toString());
        return new FileService(ServiceSettings.of(
                new ServicePath(layout.servicePath(name)),
                new ConfigPath(layout.serviceConfigPath(name)),
                qube.unixUser(),
                environment));
    }

    /** Our own programs come last, for transports that are scripts and call `qubesdb-read`; the system's go before. */
    private static Optional<String> path() {
        String usual = System.getenv().getOrDefault("PATH", "/usr/local/bin:/usr/bin:/bin");
        return Optional.ofNullable(System.getProperty("qair.home")).map(home -> usual + ":" + home + "/bin");
    }

    private void openQubes(Registry registry, HostSwitchboard switchboard, DataPorts ports) throws IOException {
        QubeDoor.removeLeftLinks(layout);
        QubeDatabases databases = new QubeDatabases(registry);
        QubeDoor.Rooms rooms = new QubeDoor.Rooms() {
            @Override
            public TriggerSocket trigger(Path path, LocalCaller caller) throws IOException {
                return TriggerSocket.open(
                        path, PosixFilePermissions.fromString("rw-------"), caller, switchboard, ports, LOG::warn);
            }

            @Override
            public AutoCloseable database(Path path, QubeRecord qube) throws IOException {
                return databases.open(path, qube);
            }

            @Override
            public AutoCloseable readOnlyDatabase(Path path, QubeRecord qube) throws IOException {
                return QubesDbSocket.openReadOnly(SocketFile.ownerOnly(path), registry, qube);
            }
        };
        LocalQubes local = opened.add(new LocalQubes(qube -> QubeDoor.open(layout, qube, rooms)));
        UserLocations users = opened.add(new UserLocations(layout));
        opened.add(registry.onChange(change -> {
            local.follow(change.after());
            users.follow(change.after());
        }));
        local.follow(registry.snapshot());
        users.follow(registry.snapshot());
        opened.add(databases.openShared(layout.qubesDbSocket(), new CallerLookup(layout, registry::snapshot)));
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

    private SshEndpoint openEndpoint(
            EndpointTable table,
            LiveSettings live,
            InvitationDesk desk,
            HostSwitchboard switchboard,
            HeldConnections held)
            throws IOException {
        var ignored = keys.endpoint();
        SshEndpoint started = opened.add(
                SshEndpoint.open(InheritedSocket.settings(table, layout), live.relays(), desk, switchboard, held));
        live.onChange(started::recheckKeys);
        endpointAddress = Optional.of(table.host() + ":" + started.port());
        write("endpoint", endpointAddress.get());
        return started;
    }

    private void readPolicy() {
        var ignored = policyReading.get();
    }

    /** For commands that changed files: answered when what the files say is in force. */
    private Admin admin(Registry registry, LivePolicy policy, LiveSettings live, HostTransport transport) {
        Map<String, HostAdmin.Method> methods = new HashMap<>(
                new RemoteQuestions(registry::snapshot, transport.service(), new Carriers(layout)::isAnother)
                        .methods());
        methods.put(AdminAccess.RELOAD, call -> String.join("\n", reload(live)));
        return new HostAdmin(AdminApi.ofOwner(registry, policy::permits), methods);
    }

    private List<String> reload(LiveSettings live) {
        readPolicy();
        return live.read();
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
