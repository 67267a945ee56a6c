package org.qair.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.qair.host.audit.AuditRecord;

/** A machine that has OpenSSH and the program {@code qrexec-client-vm}, and nothing else of ours, calls back. */
@Timeout(240)
class SocketReverseTest {
    @TempDir
    Path directory;

    private Path socket;

    private Finished far(byte[] stdin, String... words) throws Exception {
        List<String> command = new ArrayList<>(List.of(Programs.client(), "--agent-socket=" + socket));
        command.addAll(List.of(words));
        return Programs.run(command, stdin);
    }

    @Test
    void theLocalPolicyJudgesTheRemoteVmThatThePeerIs() throws Exception {
        socket = directory.resolve("calls");
        try (TestHost local = new TestHost(directory.resolve("l"))) {
            Qubes.make(
                    local.layout,
                    qubes -> qubes.local("Local-Relay", "Local-Qube")
                            .template("Model")
                            .remote("pi", "Local-Relay", "far"));
            Path key = local.layout.relayKey(new org.qair.policy.QubeName("Local-Relay"));
            Qubes.relayKey(local.layout, "Local-Relay");
            try (Sshd sshd = Sshd.start(directory.resolve("sshd"), directory, key)) {
                local.settings(
                        "[[peer]]",
                        "name = \"far\"",
                        "address = \"127.0.0.1:" + sshd.port() + "\"",
                        "user = \"" + System.getProperty("user.name") + "\"",
                        "host-key = \"" + sshd.hostKey() + "\"",
                        "reverse = true",
                        "reverse-socket = \"" + socket + "\"");
                local.policy(
                        "test.Secret * pi Local-Qube deny", "* * pi Local-Qube allow", "* * pi @dispvm:Model allow");
                local.service("test.Cat", "exec cat");
                local.service("test.Show", "printf '%s|%s' \"$QREXEC_REMOTE_DOMAIN\" \"$1\"; echo err >&2; exit 7");
                local.start();
                Await.until(() -> local.readLog().contains("calls back are taken at `" + socket));
                callsComeIn(local);
            }
        }
    }

    private void callsComeIn(TestHost local) throws Exception {
        Finished shown = far(new byte[0], "Local-Qube", "test.Show+arg");
        assertThat(shown.stdout()).as(shown.stderr()).isEqualTo("pi|arg");
        assertThat(shown.stderr()).isEqualTo("err\n");
        assertThat(shown.exitCode()).isEqualTo(7);
        byte[] payload = new byte[2_000_000];
        new Random(8).nextBytes(payload);
        assertThat(far(payload, "-s", "pi", "Local-Qube", "test.Cat").output()).isEqualTo(payload);
        Finished refused = far("x".getBytes(StandardCharsets.US_ASCII), "Local-Qube", "test.Secret");
        assertThat(refused.exitCode()).isEqualTo(126);
        assertThat(refused.stderr()).contains("Request refused");
        Finished failed = far("x".getBytes(StandardCharsets.US_ASCII), "@dispvm:Model", "test.Cat");
        assertThat(failed.exitCode()).as("this host makes none").isEqualTo(125);
        assertThat(failed.stderr()).isEqualTo("Request failed\n");
        assertThat(failed.output()).isEmpty();
        assertThat(far(new byte[0], "Local-Qube", "test.Missing").exitCode()).isEqualTo(127);
        assertThat(far(new byte[0], "-s", "Local-Relay", "Local-Qube", "test.Show")
                        .exitCode())
                .isEqualTo(126);
        AuditRecord record = local.audit().getFirst();
        assertThat(record.door()).isEqualTo("reverse");
        assertThat(record.source()).isEqualTo("pi");
        assertThat(record.via()).hasValue("Local-Relay");
        assertThat(local.audit()).hasSize(5);
    }
}
