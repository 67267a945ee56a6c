package org.qair.exec;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * A {@code systemd} that runs nothing, as the first process of namespaces of its own: processes, mounts, cgroups. It takes root and a
 * cgroup of version 2 that can be written.
 */
final class SystemdNamespace implements AutoCloseable {
    private static final Path SYSTEMD = Path.of("/lib/systemd/systemd");

    /** Moves itself into the cgroup ($1), then becomes {@code systemd} whose units are in $2. */
    private static final String SCRIPT = """
            echo $$ >"$1/cgroup.procs" && exec unshare --pid --mount --cgroup --ipc --uts --fork --kill-child \
                --mount-proc --propagation private bash -c '
            mount -t tmpfs tmpfs /run && umount -R /sys/fs/cgroup && mount -t cgroup2 cgroup2 /sys/fs/cgroup &&
            container=test SYSTEMD_UNIT_PATH="$2" SYSTEMD_GENERATOR_PATH= exec "$3" --system --unit=empty.target \
                --log-target=console --show-status=no' inner "$1" "$2" "$3"
            """;

    private final Path cgroup;
    private final Process unshare;
    private final long first;

    private SystemdNamespace(Path cgroup, Process unshare, long first) {
        this.cgroup = cgroup;
        this.unshare = unshare;
        this.first = first;
    }

    /** Skips the test where none can be had. */
    static SystemdNamespace start(Path directory) throws Exception {
        TestServices.requireRoot();
        Path cgroup = cgroup();
        for (String program : List.of("unshare", "nsenter", "systemd-run")) {
            TestServices.require(SystemPrograms.find(program).isPresent(), program + " is not installed");
        }
        TestServices.require(Files.isExecutable(SYSTEMD), "systemd is not installed");
        Path units = Files.createDirectory(directory.resolve("units"));
        Files.writeString(units.resolve("empty.target"), "[Unit]\nDefaultDependencies=no\n");
        Process unshare = new ProcessBuilder(
                        "bash", "-c", SCRIPT, "outer", cgroup.toString(), units.toString(), SYSTEMD.toString())
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("systemd.log").toFile())
                .start();
        while (unshare.children().findFirst().isEmpty()) {
            if (!unshare.isAlive()) {
                throw new IOException(Files.readString(directory.resolve("systemd.log")));
            }
            Thread.onSpinWait();
        }
        SystemdNamespace started = new SystemdNamespace(
                cgroup, unshare, unshare.children().findFirst().orElseThrow().pid());
        started.awaitRunning();
        return started;
    }

    private static Path cgroup() throws IOException {
        Path root = Stream.of(Path.of("/sys/fs/cgroup"), Path.of("/sys/fs/cgroup/unified"))
                .filter(path -> Files.exists(path.resolve("cgroup.controllers")))
                .findFirst()
                .orElse(Path.of("/nowhere"));
        Path cgroup = root.resolve("qair-test-" + ProcessHandle.current().pid());
        boolean made = Files.isDirectory(root) && cgroup.toFile().mkdir();
        org.junit.jupiter.api.Assumptions.assumeTrue(made, "no cgroup can be made here");
        return cgroup;
    }

    private void awaitRunning() throws IOException, InterruptedException {
        ProcessBuilder state = new ProcessBuilder(inside("systemctl", "is-system-running"))
                .redirectError(ProcessBuilder.Redirect.DISCARD);
        while (!new String(state.start().getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8)
                .matches("(running|degraded|starting|maintenance)\n")) {
            if (!unshare.isAlive()) {
                throw new IOException("systemd has ended");
            }
        }
    }

    /** The words that run a command in there. */
    List<String> inside(String... words) {
        List<String> all = new ArrayList<>(
                List.of("nsenter", "--target=" + first, "--pid", "--mount", "--cgroup", "--ipc", "--uts", "--"));
        all.addAll(List.of(words));
        return all;
    }

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
