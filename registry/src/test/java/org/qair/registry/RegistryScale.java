package org.qair.registry;

import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.qair.policy.QubeName;
import org.qair.policy.QubeType;
import org.qair.registry.admin.AdminApi;
import org.qair.registry.admin.AdminCall;

/** Prints how long a registry of 10,000 RemoteVMs takes for this and that; a figure to look at, not a test. */
final class RegistryScale {
    private static final int QUBES = 10_000;
    private static final int ROUNDS = 200;
    private static final PrintStream OUT = System.out;

    private RegistryScale() {}

    private interface Work {
        void run(int round) throws Exception;
    }

    public static void main(String[] arguments) throws Exception {
        Path directory = Files.createTempDirectory("scale");
        try (Registry registry = Registry.open(directory.resolve("registry.db"))) {
            measure("create 10,000 in one change", 1, round -> registry.change(RegistryScale::fill));
            AdminApi api = AdminApi.of(registry);
            measure("admin.vm.List", ROUNDS, round -> api.handle(AdminCall.of("admin.vm.List", "", QubeName.DOM0, "")));
            QubeName far = new QubeName("far-5000");
            measure(
                    "one property written",
                    ROUNDS,
                    round -> registry.change(draft -> draft.setProperty(far, "remote_name", "name-" + round)));
            RegistrySnapshot now = registry.snapshot();
            measure(
                    "snapshot built anew",
                    ROUNDS,
                    round -> RegistrySnapshot.of(now.byName(), now.global(), now.labelsByName(), now.nextQid()));
            measure("draft and snapshot of one change", ROUNDS, round -> {
                RegistryDraft draft =
                        new RegistryDraft(now, qube -> java.util.List.of(), (name, qube) -> java.util.Optional.empty());
                draft.setProperty(far, "remote_name", "other-" + round);
                draft.result();
            });
            measure(
                    "a qube made",
                    ROUNDS,
                    round -> registry.change(
                            draft -> draft.create(QubeType.RemoteVM, new QubeName("new-" + round), "red")));
        }
        measure(
                "opened",
                5,
                round -> Registry.open(directory.resolve("registry.db")).close());
    }

    private static void fill(RegistryDraft draft) throws RegistryException {
        draft.create(QubeType.AppVM, new QubeName("sys-relay"), "red");
        for (int i = 0; i < QUBES; i++) {
            QubeName name = new QubeName("far-" + i);
            draft.create(QubeType.RemoteVM, name, "red");
            draft.setProperty(name, "relayvm", "sys-relay");
            draft.setProperty(name, "transport_rpc", "qubesair.SSHProxy");
        }
    }

    private static void measure(String what, int rounds, Work work) throws Exception {
        double[] millis = new double[rounds];
        for (int round = 0; round < rounds; round++) {
            long start = System.nanoTime();
            work.run(round);
            millis[round] = (System.nanoTime() - start) / 1e6;
        }
        Arrays.sort(millis);
        OUT.printf("%-36s median %8.2f ms, worst %8.2f ms%n", what, millis[rounds / 2], millis[rounds - 1]);
    }
}
