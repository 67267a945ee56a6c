package org.qair.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.qair.channel.QubesDbClient;
import org.qair.channel.unix.SocketFile;
import org.qair.policy.Decision;
import org.qair.policy.Policy;
import org.qair.policy.PolicyFiles;
import org.qair.policy.PolicySyntaxException;
import org.qair.policy.QubeName;
import org.qair.policy.QubeType;
import org.qair.policy.Request;
import org.qair.policy.RequestedTarget;
import org.qair.policy.ServiceName;
import org.qair.registry.Registry;
import org.qair.registry.RegistryDraft;
import org.qair.registry.RegistryException;
import org.qair.registry.RegistrySnapshot;
import org.qair.registry.admin.AdminApi;
import org.qair.registry.admin.AdminCall;
import org.qair.registry.admin.AdminClient;
import org.qair.registry.admin.AdminSocket;
import org.qair.registry.exchange.QubesExport;
import org.qair.registry.exchange.QubesFile;
import org.qair.registry.exchange.QubesImport;
import org.qair.registry.qubesdb.QubesDbSocket;

/**
 * What a registry of 10,000 RemoteVMs takes for this and that, on a real disk: median and worst of some rounds, the median of
 * what the asking thread worked (which is nearly all there is, but for the disk, and does not depend on what else the machine
 * does), and the limit. Ends with 1 when a median is over its limit.
 */
final class RegistryScale {
    private static final int QUBES = 10_000;
    private static final int RULES = 1_000;
    private static final int ROUNDS = 200;
    private static final int FEW = 20;
    private static final double NO_LIMIT = Double.POSITIVE_INFINITY;
    private static final QubeName RELAY = new QubeName("sys-relay");
    private static final QubeName FAR = new QubeName("far-5000");
    private static final Request REQUEST = new Request(
            RELAY, Optional.empty(), RequestedTarget.parse("far-5000"), ServiceName.parse("qubes.Filecopy"));

    private final PrintStream out = System.out;
    private final Path directory;
    private boolean over;

    private RegistryScale(Path directory) {
        this.directory = directory;
    }

    private interface Work {
        void run(int round) throws Exception;
    }

    public static void main(String[] arguments) throws Exception {
        Path directory = Files.createTempDirectory("qair-registry-scale");
        RegistryScale scale = new RegistryScale(directory);
        try {
            scale.measureAll();
        } finally {
            delete(directory);
        }
        System.exit(scale.over ? 1 : 0);
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    private void measureAll() throws Exception {
        out.printf("%-38s %9s %9s %9s %9s%n", "%,d RemoteVMs, ms".formatted(QUBES), "median", "worst", "cpu", "limit");
        Path database = directory.resolve("registry.db");
        try (Registry registry = Registry.open(database)) {
            measure("made, in one change", 1, NO_LIMIT, round -> registry.change(RegistryScale::fill));
            measureLists(registry);
            measureChanges(registry);
            measurePolicy(registry);
            measureFiles(registry);
        }
        measure("opened", FEW, NO_LIMIT, round -> Registry.open(database).close());
    }

    private static void fill(RegistryDraft draft) throws RegistryException {
        draft.create(QubeType.AppVM, RELAY, "red");
        for (int i = 0; i < QUBES; i++) {
            QubeName name = new QubeName("far-" + i);
            draft.create(QubeType.RemoteVM, name, "red");
            draft.setProperty(name, "relayvm", RELAY.value());
            draft.setProperty(name, "transport_rpc", "qubesair.SSHProxy");
            draft.addTag(name, "group-" + i % 100);
        }
    }

    private void measureLists(Registry registry) throws Exception {
        AdminApi api = AdminApi.of(registry);
        AdminCall list = AdminCall.of("admin.vm.List", "", QubeName.DOM0, "");
        measure("listed", ROUNDS, 100, round -> api.handle(list));
        Path socket = directory.resolve("qubesd.sock");
        try (AdminSocket server = AdminSocket.open(SocketFile.ownerOnly(socket), api)) {
            AdminClient client = new AdminClient(socket);
            measure("listed over qubesd.sock", ROUNDS, 100, round -> client.handle(list));
            server.close();
        }
        Path qubesDb = directory.resolve("qubesdb.sock");
        try (QubesDbSocket server = QubesDbSocket.open(
                        SocketFile.ownerOnly(qubesDb),
                        registry,
                        registry.snapshot().get(RELAY));
                QubesDbClient client = QubesDbClient.connect(qubesDb)) {
            measure("/remote/ listed over qubesdb.sock", FEW, NO_LIMIT, round -> client.list("/remote/"));
            measure("/remote/NAME read", ROUNDS, NO_LIMIT, round -> client.read("/remote/far-5000"));
            server.close();
        }
    }

    private void measureChanges(Registry registry) throws Exception {
        measure(
                "a property written, and on disk",
                ROUNDS,
                10,
                round -> registry.change(draft -> draft.setProperty(FAR, "remote_name", "name-" + round)));
        measure(
                "a qube made",
                ROUNDS,
                NO_LIMIT,
                round ->
                        registry.change(draft -> draft.create(QubeType.RemoteVM, new QubeName("new-" + round), "red")));
        measure(
                "a qube removed",
                ROUNDS,
                NO_LIMIT,
                round -> registry.change(draft -> draft.remove(new QubeName("new-" + round))));
    }

    /** From a change to the first decision that knows of it. */
    private void measurePolicy(Registry registry) throws Exception {
        Policy policy = policy();
        RegistrySnapshot[] states = new RegistrySnapshot[ROUNDS];
        for (int round = 0; round < ROUNDS; round++) {
            String name = "other-" + round;
            states[round] = registry.change(draft -> draft.setProperty(FAR, "remote_name", name));
        }
        measure("policy swapped to a changed registry", ROUNDS, 50, round -> {
            if (!(policy.evaluate(states[round].systemInfo(), REQUEST) instanceof Decision.Allow)) {
                throw new IllegalStateException("the policy of this benchmark allows the call");
            }
        });
    }

    private void measureFiles(Registry registry) throws Exception {
        byte[] text = QubesExport.ofAll(registry.snapshot()).getBytes(StandardCharsets.UTF_8);
        measure("exported", FEW, NO_LIMIT, round -> QubesExport.ofAll(registry.snapshot()));
        measure(
                "import previewed, %,d KiB".formatted(text.length / 1024),
                FEW,
                NO_LIMIT,
                round -> QubesImport.run(QubesFile.read("f", text), registry, QubesImport.Mode.PREVIEW));
    }

    private static Policy policy() throws PolicySyntaxException {
        StringBuilder rules = new StringBuilder();
        for (int i = 0; i < RULES; i++) {
            rules.append("test.Service%d * @tag:group-%d far-%d ask\n".formatted(i % 50, i % 100, i));
        }
        byte[] content = (rules + "* * @anyvm @anyvm allow\n").getBytes(StandardCharsets.US_ASCII);
        return Policy.parse(new PolicyFiles() {
            @Override
            public List<PolicyFile> rootFiles() {
                return List.of(new PolicyFile("/etc/qubes/policy.d/30.policy", "30.policy", false, content));
            }

            @Override
            public Optional<PolicyFile> file(String path) {
                return Optional.empty();
            }

            @Override
            public Optional<List<PolicyFile>> directory(String path) {
                return Optional.empty();
            }
        });
    }

    private void measure(String what, int rounds, double limit, Work work) throws Exception {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        double[] millis = new double[rounds];
        double[] busy = new double[rounds];
        for (int round = 0; round < rounds; round++) {
            long start = System.nanoTime();
            long worked = threads.getCurrentThreadCpuTime();
            work.run(round);
            busy[round] = (threads.getCurrentThreadCpuTime() - worked) / 1e6;
            millis[round] = (System.nanoTime() - start) / 1e6;
        }
        Arrays.sort(millis);
        Arrays.sort(busy);
        double median = millis[rounds / 2];
        over |= median > limit;
        out.printf(
                "%-38s %9.2f %9.2f %9.2f %9s%n",
                what,
                median,
                millis[rounds - 1],
                busy[rounds / 2],
                limit == NO_LIMIT ? "" : "%.0f%s".formatted(limit, median > limit ? " OVER" : ""));
    }
}
