package org.qair.testing;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A real {@code systemd} as the first process of namespaces of its own: processes, mounts, cgroups. What its {@code /run} holds is gone with
 * it. It takes root, the programs of {@link #PROGRAMS}, and a cgroup of version 2 that can be written.
 */
public final class Systemd implements AutoCloseable {
    /** The program itself. */
    public static final Path PROGRAM = Path.of("/lib/systemd/systemd");

    /** What must be installed beside it. */
    public static final List<String> PROGRAMS = List.of("unshare", "nsenter", "systemd-run");

    /** Moves itself into the cgroup ($1), then runs the other script ($2) with all that follows, in namespaces of its own. */
    private static final String OUTER = """
            echo $$ >"$1/cgroup.procs" && shift && exec unshare --pid --mount --cgroup --ipc --uts --fork --kill-child \
                --mount-proc --propagation private bash -c "$@"
            """;

    private static final String MOUNTS = """
            set -e
            mount -t tmpfs tmpfs /run
            umount -R /sys/fs/cgroup
            mount -t cgroup2 cgroup2 /sys/fs/cgroup
            """;

    /** $0 the directory of the units, $1 the first of them. */
    private static final String BECOME = """
            container=test SYSTEMD_UNIT_PATH="$0" SYSTEMD_GENERATOR_PATH= exec /lib/systemd/systemd --system --unit="$1" \
                --log-target=console --show-status=no
            """;

    private final Path cgroup;
    private final Process unshare;
    private final Path log;
    private final long first;

    private Systemd(Path cgroup, Process unshare, Path log, long first) {
        this.cgroup = cgroup;
        this.unshare = unshare;
        this.log = log;
        this.first = first;
    }

    /** A new cgroup for one; empty where none can be made. */
    public static Optional<Path> cgroup() {
        return Stream.of(Path.of("/sys/fs/cgroup"), Path.of("/sys/fs/cgroup/unified"))
                .filter(path -> Files.exists(path.resolve("cgroup.controllers")))
                .findFirst()
                .map(root -> root.resolve(
                        "test-%d-%d".formatted(ProcessHandle.current().pid(), System.nanoTime())))
                .filter(cgroup -> cgroup.toFile().mkdir());
    }

    /**
     * Starts one and waits until it is up.
     *
     * @param directory where its units are, in {@code units}, and its log
     * @param targets units of no content; the first is what it starts
     * @param mounts lines of a script that change the file system first, $2 and so on for {@code words}
     */
    public static Systemd start(Path cgroup, Path directory, List<String> targets, String mounts, String... words)
            throws IOException, InterruptedException {
        Path units = Files.createDirectories(directory.resolve("units"));
        for (String target : targets) {
            Files.writeString(units.resolve(target), "[Unit]\nDefaultDependencies=no\n");
        }
        List<String> command = new ArrayList<>(List.of("bash", "-c", OUTER, "outer", cgroup.toString()));
        command.addAll(List.of(MOUNTS + mounts + BECOME, units.toString(), targets.getFirst()));
        command.addAll(List.of(words));
        Path log = directory.resolve("systemd.log");
        Process unshare = new ProcessBuilder(command)
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        while (unshare.children().findFirst().isEmpty()) {
            checkAlive(unshare, log);
            Thread.onSpinWait();
        }
        Systemd started = new Systemd(
                cgroup,
                unshare,
                log,
                unshare.children().findFirst().orElseThrow().pid());
        started.awaitUp();
        return started;
    }

    private static void checkAlive(Process unshare, Path log) throws IOException {
        if (!unshare.isAlive()) {
            throw new IOException("systemd has ended: " + Files.readString(log));
        }
    }

    private void awaitUp() throws IOException {
        ProcessBuilder state = new ProcessBuilder(inside("systemctl", "is-system-running"))
                .redirectError(ProcessBuilder.Redirect.DISCARD);
        while (!new String(state.start().getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                .matches("(running|degraded|maintenance)\n")) {
            checkAlive(unshare, log);
        }
    }

    /** The words that run a command in there. */
    public List<String> inside(String... words) {
        List<String> all = new ArrayList<>(
                List.of("nsenter", "--target=" + first, "--pid", "--mount", "--cgroup", "--ipc", "--uts", "--"));
        all.addAll(List.of(words));
        return all;
    }

    /** Ends all that runs in there, and removes the cgroup. */
    @Override
    public void close() throws IOException {
        unshare.destroyForcibly().onExit().join();
        try (Stream<Path> below = Files.walk(cgroup)) {
            for (Path directory : below.filter(Files::isDirectory)
                    .sorted(Comparator.reverseOrder())
                    .toList()) {
                while (!directory.toFile().delete() && Files.exists(directory)) {
                    Thread.onSpinWait(); // its last process is just ending
                }
            }
        }
    }
}
