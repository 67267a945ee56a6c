package org.qair.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/**
 * A machine for the units that are shipped: a real {@code systemd} as the first process of namespaces of its own, with Qair linked into
 * {@code /usr/local/bin} as people install it. What is written to {@code /etc}, {@code /var/lib} and {@code /run} is gone with it. It takes root
 * and a cgroup of version 2 that can be written.
 */
final class SystemdMachine implements AutoCloseable {
    private static final String SYSTEMD = "/lib/systemd/systemd";

    /** $1 the cgroup, $2 the units, $3 the program of {@code systemd}, $4 the launcher. */
    private static final String SCRIPT = """
            echo $$ >"$1/cgroup.procs" && exec unshare --pid --mount --cgroup --ipc --uts --fork --kill-child \
                --mount-proc --propagation private bash -c '
            set -e
            mount -t tmpfs tmpfs /run
            umount -R /sys/fs/cgroup
            mount -t cgroup2 cgroup2 /sys/fs/cgroup
            mount -t tmpfs tmpfs /usr/local/bin
            ln -s "$4" /usr/local/bin/qair
            mkdir -m 755 /run/over
            for directory in etc var/lib; do
                mkdir -p "/run/over/$directory" "/run/over/work/$directory"
                mount -t overlay overlay -o "lowerdir=/$directory,upperdir=/run/over/$directory,workdir=/run/over/work/$directory" "/$directory"
            done
            container=test SYSTEMD_UNIT_PATH="$2" SYSTEMD_GENERATOR_PATH= exec "$3" --system --unit=multi-user.target \
                --log-target=console --show-status=no' inner "$1" "$2" "$3" "$4"
            """;

    private static final List<String> TARGETS = List.of(
            "multi-user.target",
            "sysinit.target",
            "basic.target",
            "shutdown.target",
            "local-fs.target",
            "network-online.target");

    private final Path cgroup;
    private final Process unshare;
    private final long first;

    private SystemdMachine(Path cgroup, Process unshare, long first) {
        this.cgroup = cgroup;
        this.unshare = unshare;
        this.first = first;
    }

    /** Skips the test where none can be had. */
    static SystemdMachine start(Path directory) throws Exception {
        String systemd = Programs.needed(SYSTEMD, "systemd");
        Path cgroup = cgroup();
        Path units = Files.createDirectories(directory.resolve("units"));
        for (String target : TARGETS) {
            Files.writeString(units.resolve(target), "[Unit]\nDefaultDependencies=no\n");
        }
        Path log = directory.resolve("systemd.log");
        Process unshare = new ProcessBuilder(
                        "bash", "-c", SCRIPT, "outer", cgroup.toString(), units.toString(), systemd, Programs.qair())
                .redirectInput(ProcessBuilder.Redirect.from(new java.io.File("/dev/null")))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        Await.until(() -> unshare.children().findFirst().isPresent() || !unshare.isAlive());
        assertThat(unshare.isAlive()).as(() -> read(log)).isTrue();
        SystemdMachine started = new SystemdMachine(
                cgroup, unshare, unshare.children().findFirst().orElseThrow().pid());
        Await.until(() -> {
            assertThat(unshare.isAlive()).as(() -> read(log)).isTrue();
            return started.run("", "systemctl", "is-system-running")
                    .stdout()
                    .matches("(running|degraded|maintenance)\n");
        });
        return started;
    }

    private static Path cgroup() {
        Path root = Stream.of(Path.of("/sys/fs/cgroup"), Path.of("/sys/fs/cgroup/unified"))
                .filter(path -> Files.exists(path.resolve("cgroup.controllers")))
                .findFirst()
                .orElse(Path.of("/nowhere"));
        Path cgroup = root.resolve("qair-it-" + ProcessHandle.current().pid());
        boolean made = "root".equals(System.getProperty("user.name"))
                && Files.isDirectory(root)
                && cgroup.toFile().mkdir();
        Assumptions.assumeTrue(made, "no cgroup can be made here");
        return cgroup;
    }

    private static String read(Path log) {
        try {
            return Files.readString(log);
        } catch (IOException unreadable) {
            return unreadable.toString();
        }
    }

    /** Runs a command in there. */
    Finished run(String stdin, String... words) throws Exception {
        List<String> all = new ArrayList<>(
                List.of("nsenter", "--target=" + first, "--pid", "--mount", "--cgroup", "--ipc", "--uts", "--"));
        all.addAll(List.of(words));
        ProcessBuilder builder = new ProcessBuilder(all);
        builder.environment().put("QAIR_NO_BUILD", "1");
        return Programs.finish(builder.start(), stdin.getBytes(StandardCharsets.UTF_8));
    }

    /** Runs a command that must succeed, and gives what it said. */
    String done(String stdin, String... words) throws Exception {
        Finished finished = run(stdin, words);
        assertThat(finished.exitCode())
                .as(finished.stderr() + finished.stdout())
                .isZero();
        return finished.stdout();
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
