package org.qair.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.qair.testing.ShippedUnit;

/** The unit of a host, read and run by {@code systemd} itself. */
@Timeout(300)
class HostUnitTest {
    private static final Path SHIPPED = Programs.HOME.resolve("dist/systemd");

    @TempDir
    Path directory;

    @Test
    void isUnderstoodWithAndWithoutItsStrictPart() throws Exception {
        Programs.needed(ShippedUnit.ANALYZE.toString(), "systemd");
        ShippedUnit unit = new ShippedUnit(SHIPPED, "qair-host.service", "/usr/local/bin/qair", directory);
        assertThat(unit.faults()).isEmpty();
        unit.add("qair-host-strict.conf");
        unit.add("qair-host-socket.conf");
        Path socket = Files.copy(SHIPPED.resolve("qair-host.socket"), directory.resolve("qair-host.socket"));
        assertThat(unit.faults() + ShippedUnit.faults(socket)).isEmpty();
        unit.add("wrong.conf", "[Service]\nProtectEverything=yes\n");
        assertThat(unit.faults()).contains("ProtectEverything");
    }

    @Test
    void theHostDoesAllOfItsWorkInTheStrictOne() throws Exception {
        try (SystemdMachine machine = SystemdMachine.start(directory)) {
            Path units = directory.resolve("units");
            Files.copy(SHIPPED.resolve("qair-host.service"), units.resolve("qair-host.service"));
            Path part = Files.createDirectory(units.resolve("qair-host.service.d"));
            Files.copy(SHIPPED.resolve("qair-host-strict.conf"), part.resolve("strict.conf"));
            int port = listen(units, part);
            Files.writeString(
                    part.resolve("the-log.conf"),
                    "[Service]\nStandardOutput=append:%1$s\nStandardError=append:%1$s\n".formatted(log()));
            configure(machine, port);
            machine.done("", "systemctl", "daemon-reload");
            machine.done("", "systemctl", "start", "qair-host.socket");
            assertThat(machine.run("", "systemctl", "is-active", "qair-host").stdout())
                    .isEqualTo("inactive\n");
            assertThat(greeting(port)).as("%s", log()).startsWith("SSH-2.0-Qair");
            awaitHost(machine, 1);
            String said = machine.done("", "qair", "call", "work", "test.Look");
            assertThat(said)
                    .startsWith("as daemon\n")
                    .contains("Read-only file system", "wrote /tmp\n", "NoNewPrivs:\t1")
                    .containsPattern("0::/qair\\.slice/qair-call-[0-9a-f]{32}\\.scope\n");
            assertThat(Long.parseUnsignedLong(said.replaceFirst("(?s).*CapBnd:\t([0-9a-f]+).*", "$1"), 16) >> 21 & 1)
                    .as("CAP_SYS_ADMIN")
                    .isZero();
            changesItsFiles(machine);
            isStartedAgain(machine, port);
            machine.done("", "systemctl", "stop", "qair-host");
            assertThat(machine.done("", "systemctl", "show", "qair-host", "-p", "Result,ExecMainStatus"))
                    .contains("Result=success", "ExecMainStatus=0");
        }
    }

    /** The socket unit, at a port that is free; loopback is the one of this machine. */
    private static int listen(Path units, Path part) throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        Files.writeString(
                units.resolve("qair-host.socket"),
                Files.readString(SHIPPED.resolve("qair-host.socket")).replace("0.0.0.0:2222", "127.0.0.1:" + port));
        Files.copy(SHIPPED.resolve("qair-host-socket.conf"), part.resolve("socket.conf"));
        return port;
    }

    /** What a host says first to who connects, which waits until there is one. */
    private static String greeting(int port) throws Exception {
        try (Socket connection = new Socket(InetAddress.getLoopbackAddress(), port)) {
            connection.setSoTimeout(120_000);
            return new BufferedReader(new InputStreamReader(connection.getInputStream(), StandardCharsets.US_ASCII))
                    .readLine();
        }
    }

    private static void configure(SystemdMachine machine, int port) throws Exception {
        machine.done("", "mkdir", "-p", "/etc/qair", "/etc/qubes/policy.d", "/etc/qubes-rpc");
        write(
                machine,
                "/etc/default/qair-host",
                "JAVA_HOME=%s\nQAIR_JAVA_OPTS=-Xmx256m\n".formatted(System.getProperty("java.home")));
        write(machine, "/etc/qair/qair.toml", "[endpoint]\nlisten = \"127.0.0.1:%d\"\n".formatted(port));
        machine.done("", "chmod", "600", "/etc/qair/qair.toml");
        write(
                machine,
                "/etc/qubes/policy.d/30-test.policy",
                "test.Look * @adminvm work allow user=daemon\npolicy.Replace * work @adminvm allow\n");
        write(machine, "/etc/qubes-rpc/test.Look", """
                #!/bin/sh
                echo "as $(id -un)"
                touch /usr/qair-unit-test 2>&1
                file=$(mktemp /tmp/qair-unit-XXXXXX) && rm -- "$file" && echo wrote /tmp
                grep -E '^(CapBnd|NoNewPrivs)' /proc/self/status
                cat /proc/self/cgroup
                """);
        machine.done("", "chmod", "+x", "/etc/qubes-rpc/test.Look");
        machine.done("", "qair", "qube", "create", "work");
    }

    private static void write(SystemdMachine machine, String file, String text) throws Exception {
        machine.done(text, "tee", file);
    }

    private Path log() {
        return directory.resolve("host.log");
    }

    /** @param times how often it has been started */
    private void awaitHost(SystemdMachine machine, int times) throws Exception {
        Await.until(() -> {
            assertThat(machine.run("", "systemctl", "is-failed", "qair-host").stdout())
                    .as("%s", log())
                    .isNotEqualTo("failed\n");
            return Files.exists(log()) && Files.readString(log()).split("qair host ready", -1).length > times;
        });
    }

    /** By a service of dom0, and by an enrolment: policy, relays, the registry. */
    private void changesItsFiles(SystemdMachine machine) throws Exception {
        machine.done("any\n* * work work allow\n", "qair", "call", "-s", "work", "dom0", "policy.Replace+40-made");
        machine.done("", "test", "-s", "/etc/qubes/policy.d/40-made.policy");
        String line = machine.done("", "qair", "invite", "--relay", "far", "--yes");
        String other = directory.resolve("other").toString();
        machine.done(line, "qair", "join", "-", "--root", other, "--name", "here", "--yes");
        machine.done("", "test", "-s", "/etc/qair/relays.d/far.toml");
        machine.done("", "test", "-s", "/etc/qubes/policy.d/30-qair-far.policy");
    }

    /** Who connects while it does not run waits for it. */
    private void isStartedAgain(SystemdMachine machine, int port) throws Exception {
        String before = machine.done("", "systemctl", "show", "qair-host", "-p", "MainPID");
        machine.done("", "systemctl", "kill", "--signal=KILL", "--kill-who=main", "qair-host");
        assertThat(greeting(port)).startsWith("SSH-2.0-Qair");
        Await.until(() -> machine.run("", "systemctl", "show", "qair-host", "-p", "NRestarts")
                .stdout()
                .equals("NRestarts=1\n"));
        Await.until(() -> machine.run("", "systemctl", "is-active", "qair-host").exitCode() == 0);
        awaitHost(machine, 2);
        assertThat(machine.done("", "systemctl", "show", "qair-host", "-p", "MainPID"))
                .isNotEqualTo(before);
    }
}
