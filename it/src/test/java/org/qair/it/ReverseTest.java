package org.qair.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.qair.host.audit.AuditRecord;

/** A machine that nobody can reach is called back through the connection that its relay holds. */
@Timeout(240)
class ReverseTest {
    private static final byte[] NOTHING = new byte[0];

    @TempDir
    static Path directory;

    private static TestHost local;
    private static TestHost remote;

    @BeforeAll
    static void start() throws Exception {
        local = new TestHost(directory.resolve("l"));
        remote = new TestHost(directory.resolve("r"));
        Qubes.make(
                remote.layout,
                qubes -> qubes.local("Remote-Relay", "Other-Relay", "work", "stranger")
                        .remote("Local-Qube", "Remote-Relay", "none")
                        .remote("Absent", "Other-Relay", "none"));
        Qubes.make(
                local.layout, qubes -> qubes.local("Local-Relay", "Local-Qube").remote("work", "Local-Relay", "far"));
        remote.settings(
                "[endpoint]",
                "listen = \"127.0.0.1:0\"",
                "[[endpoint.relay]]",
                "name = \"Remote-Relay\"",
                "key = \"" + Qubes.relayKey(local.layout, "Local-Relay") + "\"",
                "reverse = true",
                "[[endpoint.relay]]",
                "name = \"Other-Relay\"",
                "key = \"" + Qubes.relayKey(remote.layout, "Other-Relay") + "\"",
                "reverse = true");
        remote.policy("* * @anyvm @anyvm allow");
        remote.start();
        local.settings(
                "[[peer]]",
                "name = \"far\"",
                "address = \"" + remote.endpoint() + "\"",
                "host-key = \"" + Qubes.endpointKey(remote.layout) + "\"",
                "reverse = true");
        local.policy("test.Secret * work Local-Qube deny", "* * work Local-Qube allow", "* * Local-Qube work allow");
        local.service("test.Cat", "exec cat");
        local.service("test.Show", "printf '%s|%s' \"$QREXEC_REMOTE_DOMAIN\" \"$1\"; echo err >&2; exit 7");
        local.start();
        Await.until(() -> remote.readLog().contains("relay `Remote-Relay` connected"));
    }

    @AfterAll
    static void stop() {
        local.close();
        remote.close();
    }

    private static Finished back(byte[] stdin, String service) throws Exception {
        return remote.call("work", stdin, "Local-Qube", service);
    }

    @Test
    void theCallComesDownTheOpenConnection() throws Exception {
        Finished finished = back(NOTHING, "test.Show+arg");
        assertThat(finished.stdout()).isEqualTo("work|arg");
        assertThat(finished.stderr()).isEqualTo("err\n");
        assertThat(finished.exitCode()).isEqualTo(7);
        AuditRecord record = local.audit().stream()
                .filter(call -> call.service().equals("test.Show+arg"))
                .findFirst()
                .orElseThrow();
        assertThat(record.door()).isEqualTo("reverse");
        assertThat(record.source()).isEqualTo("work");
        assertThat(record.via()).hasValue("Local-Relay");
    }

    @Test
    void everyByteCrossesBothWays() throws Exception {
        byte[] payload = new byte[2_000_000];
        new Random(1).nextBytes(payload);
        assertThat(back(payload, "test.Cat").output()).isEqualTo(payload);
    }

    @Test
    void thePolicyOfEachEndCanRefuse() throws Exception {
        assertThat(back(NOTHING, "test.Secret").exitCode()).isEqualTo(126);
        assertThat(back(NOTHING, "test.Missing").exitCode()).isEqualTo(127);
        assertThat(remote.call("stranger", NOTHING, "Local-Qube", "test.Show").exitCode())
                .as("no RemoteVM of the local side")
                .isEqualTo(126);
        assertThat(local.audit())
                .anySatisfy(call -> assertThat(call.reason().orElse(""))
                        .contains("requested source `stranger (via Local-Relay)` is no qube of this system"));
    }

    @Test
    void aRelayThatIsNotConnectedIsNamed() throws Exception {
        assertThat(remote.call("work", NOTHING, "Absent", "test.Show").exitCode())
                .isEqualTo(125);
        assertThat(remote.audit())
                .anySatisfy(
                        call -> assertThat(call.reason().orElse("")).isEqualTo("relay `Other-Relay` is not connected"));
    }

    @Test
    void aChangeOfTheSettingsTakesItBack() throws Exception {
        String settings = java.nio.file.Files.readString(local.layout.settings());
        local.settings(settings.replace("reverse = true", "reverse = false"));
        Await.until(() -> back(NOTHING, "test.Show").exitCode() == 125);
        local.settings(settings);
        Await.until(() -> back(NOTHING, "test.Show").exitCode() == 7);
    }

    @Test
    void hostsThatStartAgainFindEachOther() throws Exception {
        String endpoint = remote.endpoint();
        String settings = java.nio.file.Files.readString(remote.layout.settings());
        remote.settings(settings.replace("127.0.0.1:0", endpoint));
        remote.terminate();
        remote.start();
        Await.until(() ->
                back("x".getBytes(StandardCharsets.UTF_8), "test.Cat").stdout().equals("x"));
        local.terminate();
        assertThat(List.of(125, 7)).contains(back(NOTHING, "test.Show").exitCode());
        local.start();
        Await.until(() -> back(NOTHING, "test.Show").exitCode() == 7);
    }
}
