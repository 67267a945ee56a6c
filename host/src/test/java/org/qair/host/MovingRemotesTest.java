package org.qair.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Phaser;
import java.util.concurrent.atomic.AtomicInteger;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.lifecycle.AfterTry;
import org.qair.call.Call;
import org.qair.call.CallException;
import org.qair.call.PlainStreams;
import org.qair.call.Streams;
import org.qair.call.Switchboard.AdmittedCall;
import org.qair.call.UncheckedCall;
import org.qair.channel.QubesDbClient;
import org.qair.channel.unix.SocketFile;
import org.qair.host.audit.AuditLog;
import org.qair.host.files.Trees;
import org.qair.host.limits.Limits;
import org.qair.host.settings.HostSettings.OnBrokenPolicy;
import org.qair.host.settings.LiveTables;
import org.qair.host.settings.PeerTable;
import org.qair.policy.QubeName;
import org.qair.policy.QubeType;
import org.qair.registry.QubeRecord;
import org.qair.registry.Registry;
import org.qair.registry.RegistryError;
import org.qair.registry.RegistryException;
import org.qair.registry.RegistrySnapshot;
import org.qair.registry.qubesdb.QubesDbSocket;
import org.qair.relay.keys.SshKeys;
import org.qair.relay.peer.PeerLimits;
import org.qair.relay.reverse.CallsBack;

/**
 * RemoteVMs that are renamed, moved, made and removed while calls to them run: each call reaches the qube that policy judged, or
 * none, whether the transport asks the registry or, being a script, QubesDB. Qube number k has {@code transport_rpc} {@code t.k}
 * and the remote name {@code far-k}: the one tells what policy judged, the other what was reached.
 */
class MovingRemotesTest {
    private static final int CHANGES = 250;
    private static final int CALLERS = 4;
    private static final List<QubeName> RELAYS = List.of(new QubeName("relay-0"), new QubeName("relay-1"));
    private static final Set<RegistryError> REFUSALS =
            Set.of(RegistryError.QubesVMAlreadyExistsError, RegistryError.QubesVMInUseError);
    private static final List<String> NAMES = List.of("a", "b", "c", "d", "e");

    private final List<AutoCloseable> opened = new ArrayList<>();
    private final AtomicInteger made = new AtomicInteger();
    /** Its phase is the number of changes so far; it is terminated after the last. */
    private final Phaser changes = new Phaser(1);

    private final AtomicInteger carried = new AtomicInteger();
    private final AtomicInteger reached = new AtomicInteger();
    private final Queue<String> wrong = new ConcurrentLinkedQueue<>();
    private final Path directory;
    private final Registry registry;
    private final PeerRoutes routes;
    private final HostSwitchboard switchboard;
    private final Map<QubeName, Path> databases = new HashMap<>();

    MovingRemotesTest() throws Exception {
        directory = Files.createTempDirectory("qair-moving");
        registry = add(Registry.open(directory.resolve("registry.db")));
        registry.change(draft -> {
            for (String name : List.of("caller", "relay-0", "relay-1")) {
                draft.create(QubeType.AppVM, new QubeName(name), "red");
            }
        });
        HostLayout layout = new HostLayout(directory);
        Files.createDirectories(layout.state());
        String hostKey = SshKeys.publicLine(SshKeys.generate().getPublic(), "");
        PeerTable.Server server = PeerTable.Server.of("127.0.0.1", 1, "qair", List.of(hostKey));
        PeerTable peer =
                new PeerTable("peer", server, false, false, CallsBack.USUAL_SOCKET, PeerLimits.DEFAULT, "qair.toml:1");
        routes = new PeerRoutes(registry::snapshot, new HostKeys(layout), layout.settings());
        routes.follow(new LiveTables(Optional.empty(), List.of(peer), List.of(), List.of()), new ArrayList<>());
        for (QubeName relay : RELAYS) {
            databases.put(relay, directory.resolve("db-" + relay));
            QubeRecord qube = registry.snapshot().find(relay).orElseThrow();
            add(QubesDbSocket.open(SocketFile.ownerOnly(database(relay)), registry, qube));
        }
        LivePolicy policy =
                new LivePolicy(OnBrokenPolicy.DENY, () -> registry.snapshot().systemInfo());
        Files.createDirectories(layout.policy());
        Files.writeString(layout.policy().resolve("30.policy"), "* * caller @type:RemoteVM allow\n");
        policy.read(PolicyDirectory.of(layout), List::of);
        switchboard = new HostSwitchboard(
                () -> registry.snapshot().systemInfo(),
                policy,
                this::carry,
                new CallJournal(add(AuditLog.open(directory.resolve("audit.db"))), false),
                Nobody.people(policy),
                Nobody.notices(),
                Nobody.proofs(registry),
                new UnknownCallers(registry::snapshot),
                Limits.NONE,
                new RunningCalls(),
                Clock.systemUTC());
        registry.respect(switchboard.heldNames());
    }

    private <T extends AutoCloseable> T add(T resource) {
        opened.add(resource);
        return resource;
    }

    private Path database(QubeName relay) {
        return Objects.requireNonNull(databases.get(relay));
    }

    @AfterTry
    void close() throws Exception {
        for (AutoCloseable resource : opened.reversed()) {
            resource.close();
        }
        Trees.delete(directory);
    }

    @Property(tries = 3)
    void noCallReachesAQubeThatPolicyDidNotJudge(@ForAll long seed) throws Exception {
        Thread changer = Thread.ofVirtual().start(() -> {
            try {
                change(new Random(seed));
            } finally {
                changes.forceTermination();
            }
        });
        List<Thread> callers = new ArrayList<>();
        for (int i = 0; i < CALLERS; i++) {
            Random random = new Random(seed + i + 1);
            callers.add(Thread.ofVirtual().start(() -> call(random)));
        }
        changer.join();
        for (Thread caller : callers) {
            caller.join();
        }
        assertThat(wrong).isEmpty();
        assertThat(reached).as("calls that reached a qube").hasPositiveValue();
    }

    private void change(Random random) {
        for (int i = 0; i < CHANGES; i++) {
            try {
                registry.change(draft -> {
                    RegistrySnapshot now = registry.snapshot();
                    List<QubeRecord> remotes =
                            now.qubes().stream().filter(QubeRecord::isRemote).toList();
                    QubeName name = new QubeName(NAMES.get(random.nextInt(NAMES.size())));
                    if (remotes.size() < 2 || (now.find(name).isEmpty() && random.nextInt(3) == 0)) {
                        int k = made.incrementAndGet();
                        draft.create(QubeType.RemoteVM, name, "red");
                        draft.setProperty(
                                name, "relayvm", RELAYS.get(random.nextInt(2)).value());
                        draft.setProperty(name, "transport_rpc", "t." + k);
                        draft.setProperty(name, "remote_name", "far-" + k);
                        draft.setProperty(name, "peer", "peer");
                        return;
                    }
                    QubeName one = remotes.get(random.nextInt(remotes.size())).name();
                    switch (random.nextInt(4)) {
                        case 0 -> draft.remove(one);
                        case 1 ->
                            draft.setProperty(
                                    one,
                                    "relayvm",
                                    RELAYS.get(random.nextInt(2)).value());
                        default -> draft.rename(one, name);
                    }
                });
            } catch (RegistryException refused) {
                if (!REFUSALS.contains(refused.error())) {
                    wrong.add(String.valueOf(refused.getMessage()));
                }
            }
            changes.arrive();
        }
    }

    private void call(Random random) {
        // on a machine that is busy with other things the changes may be over before the first call is
        for (int later = 0; !changes.isTerminated() || (reached.get() == 0 && later < 1_000); ) {
            later += changes.isTerminated() ? 1 : 0;
            String target = NAMES.get(random.nextInt(NAMES.size()));
            try {
                AdmittedCall call = switchboard.admit(
                        new UncheckedCall(new QubeName("caller"), Optional.empty(), target, "svc", "trigger"));
                awaitChanges(random.nextInt(3));
                if (call.run(PlainStreams.none()) == 0) {
                    reached.incrementAndGet();
                }
            } catch (CallException refused) {
                assertThat(refused).isInstanceOf(CallException.Refused.class); // no such qube at this moment
            } catch (InterruptedException nobodyDoes) {
                throw new AssertionError(nobodyDoes);
            }
        }
    }

    /** Between the decision and the transport, where a change does harm if anywhere. */
    private void awaitChanges(int count) {
        int wanted = changes.getPhase() + count;
        while (!changes.isTerminated() && changes.getPhase() < wanted) {
            changes.awaitAdvance(changes.getPhase());
        }
    }

    /** Runs a call at its relay, as a transport RPC does. */
    private int carry(Call call, Streams streams) throws CallException {
        String argument = call.service().argument().orElseThrow();
        QubeName remote = new QubeName(argument.substring(0, argument.indexOf('+')));
        String far = carried.incrementAndGet() % 2 == 0 ? askRegistry(call, remote) : askQubesDb(call, remote);
        String judged = call.service().name().replace("t.", "far-");
        if (!far.equals(judged)) {
            wrong.add("policy judged %s, the call reached %s".formatted(judged, far));
        }
        return 0;
    }

    private String askRegistry(Call call, QubeName remote) throws CallException {
        return routes.find(call.target(), remote).remoteName();
    }

    private String askQubesDb(Call call, QubeName remote) throws CallException {
        try (QubesDbClient client = QubesDbClient.connect(database(call.target()))) {
            return client.read("/remote/" + remote)
                    .orElseThrow(() -> new CallException.Failed("no entry `/remote/%s`".formatted(remote)));
        } catch (IOException broken) {
            throw new AssertionError(broken);
        }
    }
}
