package org.qair.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.qair.host.audit.AuditRecord;

/** Plain OpenSSH at either end, and the design's own script as the transport. */
@Timeout(240)
class OpenSshTest {
    private static final byte[] HELLO = "hello".getBytes(StandardCharsets.UTF_8);

    @TempDir
    Path directory;

    private TwoHosts hosts;

    @BeforeEach
    void start() throws Exception {
        Programs.needed("/usr/bin/ssh", "openssh-client");
        hosts = new TwoHosts(directory).start();
        hosts.remote.service("my_service", "printf '%s:%s:' \"$QREXEC_REMOTE_DOMAIN\" \"$1\"; cat; exit 5");
    }

    @AfterEach
    void stop() {
        hosts.close();
    }

    private List<String> ssh(Path key, int port, Path knownHosts, String... words) {
        List<String> command = new ArrayList<>(List.of(
                "/usr/bin/ssh",
                "-F",
                "none",
                "-p",
                Integer.toString(port),
                "-i",
                key.toString(),
                "-o",
                "BatchMode=yes",
                "-o",
                "IdentitiesOnly=yes",
                "-o",
                "IdentityAgent=none",
                "-o",
                "UserKnownHostsFile=" + knownHosts,
                "127.0.0.1"));
        command.addAll(List.of(words));
        return command;
    }

    private Path knownHosts() throws Exception {
        Path file = directory.resolve("known_hosts");
        String[] key = hosts.remote.qair("key", "show", "--endpoint").split(" ", -1);
        Files.writeString(file, "[127.0.0.1]:%d %s %s\n".formatted(hosts.remote.port(), key[0], key[1]));
        return file;
    }

    private Path relayKey() {
        return hosts.local.layout.relayKey(new org.qair.policy.QubeName("Local-Relay"));
    }

    @Test
    void plainSshCallsTheEndpoint() throws Exception {
        Finished finished = Programs.run(
                ssh(
                        relayKey(),
                        hosts.remote.port(),
                        knownHosts(),
                        "qrexec-client-vm",
                        "--source-qube=Local-Qube",
                        "--",
                        "work",
                        "my_service+my_arg"),
                HELLO);
        assertThat(finished.stdout()).as(finished.stderr()).isEqualTo("Local-Qube:my_arg:hello");
        assertThat(finished.exitCode()).isEqualTo(5);
    }

    @Test
    void aRelayCannotSpeakForAQubeThatIsNotBehindIt() throws Exception {
        hosts.remote.qair("qube", "create", "Other-Relay");
        hosts.remote.qair("qube", "create", "Other-Qube", "--relayvm", "Other-Relay");
        hosts.remote.policy("* * @anyvm @anyvm allow", "* * @anyvm @adminvm allow");
        for (String claimed : List.of("Other-Qube", "work", "dom0", "Nobody")) {
            Finished finished = Programs.run(
                    ssh(
                            relayKey(),
                            hosts.remote.port(),
                            knownHosts(),
                            "qrexec-client-vm",
                            "-s",
                            claimed,
                            "--",
                            "work",
                            "my_service"),
                    HELLO);
            assertThat(finished.exitCode()).as(claimed).isEqualTo(126);
            AuditRecord last = hosts.remote.audit().getLast();
            assertThat(last.decision()).isEqualTo("deny");
            assertThat(last.source()).isEqualTo(claimed);
            assertThat(last.via()).hasValue("Remote-Relay");
        }
    }

    @Test
    void thereIsNoShellNoForwardingAndNoOtherCommand() throws Exception {
        Path known = knownHosts();
        int port = hosts.remote.port();
        assertThat(Programs.run(ssh(relayKey(), port, known), HELLO).exitCode()).isNotZero();
        assertThat(Programs.run(ssh(relayKey(), port, known, "id"), HELLO).stdout())
                .doesNotContain("uid=");
        assertThat(Programs.run(ssh(relayKey(), port, known, "qrexec-client-vm", "work", "my_service;id"), HELLO)
                        .exitCode())
                .isNotZero();
        assertThat(hosts.remote.audit())
                .allSatisfy(call -> assertThat(call.decision()).isEqualTo("deny"));
    }

    @Test
    void anUnknownKeyIsRefused() throws Exception {
        Path key = directory.resolve("stranger");
        Programs.run(
                List.of("/usr/bin/ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key.toString()), new byte[0]);
        Finished finished = Programs.run(
                ssh(
                        key,
                        hosts.remote.port(),
                        knownHosts(),
                        "qrexec-client-vm",
                        "-s",
                        "Local-Qube",
                        "--",
                        "work",
                        "my_service"),
                HELLO);
        assertThat(finished.exitCode()).isEqualTo(255);
        assertThat(finished.stderr()).contains("Permission denied");
    }

    @Test
    void theFarEndMayBePlainSshdWithTheFieldsClientOnItsPath() throws Exception {
        try (Sshd sshd = farSshd()) {
            hosts.local.terminate();
            hosts.local.settings(
                    "[[peer]]",
                    "name = \"far\"",
                    "address = \"127.0.0.1:" + sshd.port() + "\"",
                    "user = \"" + System.getProperty("user.name") + "\"",
                    "host-key = \"" + sshd.hostKey() + "\"");
            hosts.local.start();
            Finished finished = hosts.call(HELLO, "my_service+x");
            assertThat(finished.stdout())
                    .as(finished.stderr() + hosts.local.readLog())
                    .isEqualTo("Local-Qube:x:hello");
            assertThat(finished.exitCode()).isEqualTo(5);
            assertThat(hosts.remote.audit().getLast().door()).isEqualTo("trigger");
            assertThat(hosts.remote.audit().getLast().via()).hasValue("Remote-Relay");
            assertThat(hosts.local.qair("ping", "Remote-Qube", "-c", "2", "-i", "0"))
                    .contains("2 of 2 answered");
        }
    }

    @Test
    void sshdStandsInForTheEndpointWithAForcedCommand() throws Exception {
        String forced = "restrict,command=\"%s endpoint-command --relay Remote-Relay --root %s\""
                .formatted(Programs.qair(), hosts.remote.layout.root());
        try (Sshd sshd = Sshd.start(directory.resolve("sshd"), directory, relayKey(), forced)) {
            Files.delete(hosts.local.layout.settings());
            hosts.local.write(
                    hosts.local.layout.peers().resolve("far.toml"),
                    "address = \"127.0.0.1:%d\"\nuser = \"%s\"\nhost-key = \"%s\"\n"
                            .formatted(sshd.port(), System.getProperty("user.name"), sshd.hostKey()),
                    "rw-------");
            Await.until(() -> hosts.call(HELLO, "my_service+x").exitCode() == 5);
            Finished finished = hosts.call(HELLO, "my_service+x");
            assertThat(finished.stdout()).as(finished.stderr()).isEqualTo("Local-Qube:x:hello");
            assertThat(hosts.remote.audit().getLast().via()).hasValue("Remote-Relay");
            assertThat(hosts.call(HELLO, "missing").exitCode()).isEqualTo(127);
        }
    }

    @Test
    void theDesignsScriptTakesThePlaceOfTheBuiltInTransport() throws Exception {
        Path bin = Files.createDirectories(directory.resolve("bin"));
        String config = """
                Host work
                  HostName 127.0.0.1
                  Port %d
                  IdentityFile %s
                  UserKnownHostsFile %s
                  HostKeyAlias [127.0.0.1]:%d
                """.formatted(hosts.remote.port(), relayKey(), knownHosts(), hosts.remote.port());
        Files.writeString(directory.resolve("ssh_config"), config);
        script(bin.resolve("ssh"), "exec /usr/bin/ssh -F " + directory.resolve("ssh_config") + " \"$@\"");
        hosts.local.terminate();
        hosts.local.environment("PATH", bin + ":" + System.getenv("PATH"));
        hosts.local.start();
        script(
                hosts.local
                        .layout
                        .servicePath(new org.qair.policy.QubeName("Local-Relay"))
                        .getFirst()
                        .resolve("qubesair.SSHProxy"),
                "target=${1%%+*}",
                "service=${1#*+}",
                "remote_qube=$(qubesdb-read \"/remote/$target\") || exit 125",
                "exec ssh \"$remote_qube\" qrexec-client-vm --source-qube=\"$QREXEC_REMOTE_DOMAIN\" \"$remote_qube\" \"$service\"");
        Finished finished = hosts.call(HELLO, "my_service+my_arg");
        assertThat(finished.stdout()).as(finished.stderr()).isEqualTo("Local-Qube:my_arg:hello");
        assertThat(finished.exitCode()).isEqualTo(5);
    }

    /** Its one program on PATH besides the system's is the field's client, which speaks to Remote-Relay's trigger socket. */
    private Sshd farSshd() throws Exception {
        Path bin = Files.createDirectories(directory.resolve("far-bin"));
        script(
                bin.resolve("qrexec-client-vm"),
                "exec " + Programs.client() + " --agent-socket=" + hosts.remote.agentSocket("Remote-Relay")
                        + " \"$@\"");
        return Sshd.start(directory.resolve("sshd"), bin, relayKey());
    }

    private static void script(Path file, String... lines) throws Exception {
        Files.createDirectories(file.getParent());
        Files.writeString(file, "#!/bin/sh\n" + String.join("\n", lines) + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
