package org.qair.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;
import org.qair.testing.Systemd;

/**
 * A machine for the units that are shipped: a {@link Systemd} with Qair linked into {@code /usr/local/bin} as people install it. What is
 * written to {@code /etc}, {@code /var/lib} and {@code /run} is gone with it.
 */
final class SystemdMachine implements AutoCloseable {
    /** $2 the launcher. */
    private static final String MOUNTS = """
            mount -t tmpfs tmpfs /usr/local/bin
            ln -s "$2" /usr/local/bin/qair
            mkdir -m 755 /run/over
            for directory in etc var/lib; do
                mkdir -p "/run/over/$directory" "/run/over/work/$directory"
                mount -t overlay overlay -o "lowerdir=/$directory,upperdir=/run/over/$directory,workdir=/run/over/work/$directory" "/$directory"
            done
            """;

    private static final List<String> TARGETS = List.of(
            "multi-user.target",
            "sysinit.target",
            "basic.target",
            "shutdown.target",
            "local-fs.target",
            "network-online.target");

    private final Systemd systemd;

    private SystemdMachine(Systemd systemd) {
        this.systemd = systemd;
    }

    /** Skips the test where none can be had. */
    static SystemdMachine start(Path directory) throws Exception {
        Programs.needed(Systemd.PROGRAM.toString(), "systemd");
        Assumptions.assumeTrue("root".equals(System.getProperty("user.name")), "it takes root");
        Optional<Path> cgroup = Systemd.cgroup();
        Assumptions.assumeTrue(cgroup.isPresent(), "no cgroup can be made here");
        return new SystemdMachine(Systemd.start(cgroup.orElseThrow(), directory, TARGETS, MOUNTS, Programs.qair()));
    }

    /** Runs a command in there. */
    Finished run(String stdin, String... words) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(systemd.inside(words));
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
        systemd.close();
    }
}
