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
import org.qair.host.audit.AuditRecord.Outcome;

/** A call from a qube of one host to a qube of another: what arrives, what comes back, what is kept. */
@Timeout(240)
class ChainTest {
    @TempDir
    static Path directory;

    private static TwoHosts hosts;

    @BeforeAll
    static void start() throws Exception {
        hosts = new TwoHosts(directory).start();
        hosts.remote.service("test.Cat", "exec cat");
        hosts.remote.service("test.Exit", "exit \"$1\"");
        hosts.remote.service("test.Stderr", "echo out; echo err >&2");
        hosts.remote.service(
                "test.Show",
                "printf '%s|%s|%s' \"$QREXEC_REMOTE_DOMAIN\" \"$QREXEC_SERVICE_FULL_NAME\" \"${QREXEC_SERVICE_ARGUMENT-unset}\"");
        hosts.remote.service("-dash", "printf dash");
        hosts.remote.service("test.Length", "printf %s \"$1\" | wc -c");
        hosts.remote.service("test.CloseEarly", "exec 1>&- 2>&-; cat >/dev/null; exit 9");
    }

    @AfterAll
    static void stop() {
        hosts.close();
    }

    @Test
    void carriesEveryByteBothWays() throws Exception {
        byte[] payload = new byte[3_000_000];
        new Random(1).nextBytes(payload);
        Finished finished = hosts.call(payload, "test.Cat");
        assertThat(finished.exitCode()).as(finished.stderr()).isZero();
        assertThat(finished.output()).isEqualTo(payload);
    }

    @Test
    void keepsStdoutAndStderrApart() throws Exception {
        Finished finished = hosts.call(new byte[0], "test.Stderr");
        assertThat(finished.stdout()).isEqualTo("out\n");
        assertThat(finished.stderr()).isEqualTo("err\n");
    }

    @Test
    void givesTheServicesExitCode() throws Exception {
        for (int code : List.of(0, 1, 2, 42, 124, 128, 255)) {
            assertThat(hosts.call(new byte[0], "test.Exit+" + code).exitCode()).isEqualTo(code);
        }
    }

    @Test
    void saysThatThereIsNoSuchService() throws Exception {
        assertThat(hosts.call(new byte[0], "test.Missing").exitCode()).isEqualTo(127);
    }

    @Test
    void tellsAnEmptyArgumentFromNone() throws Exception {
        assertThat(hosts.call(new byte[0], "test.Show").stdout()).isEqualTo("Local-Qube|test.Show|unset");
        assertThat(hosts.call(new byte[0], "test.Show+").stdout()).isEqualTo("Local-Qube|test.Show+|");
        assertThat(hosts.call(new byte[0], "test.Show+a+b").stdout()).isEqualTo("Local-Qube|test.Show+a+b|a+b");
    }

    @Test
    void carriesAServiceThatBeginsWithADash() throws Exception {
        assertThat(hosts.call(new byte[0], "-dash+-x").stdout()).isEqualTo("dash");
    }

    @Test
    void carriesAnArgumentOf60000Bytes() throws Exception {
        assertThat(hosts.call(new byte[0], "test.Length+" + "a".repeat(60_000))
                        .stdout()
                        .strip())
                .isEqualTo("60000");
    }

    /** SSH has one end for stdout and stderr together, so both must be closed for it to cross. */
    @Test
    void passesHalfClosesOn() throws Exception {
        Process caller =
                new ProcessBuilder(hosts.local.caller("Local-Qube", "--", "Remote-Qube", "test.CloseEarly")).start();
        assertThat(caller.getInputStream().read())
                .as("the service's half-close")
                .isEqualTo(-1);
        assertThat(caller.isAlive()).isTrue();
        caller.getOutputStream().close();
        assertThat(caller.waitFor()).isEqualTo(9);
    }

    @Test
    void bothAuditsHaveTheCallWithOneSource() throws Exception {
        int localSeen = hosts.local.audit().size();
        int remoteSeen = hosts.remote.audit().size();
        hosts.call("abc".getBytes(StandardCharsets.UTF_8), "test.Cat+arg");
        AuditRecord local = hosts.local.audit().get(localSeen);
        AuditRecord remote = hosts.remote.audit().get(remoteSeen);
        assertThat(local.source()).isEqualTo("Local-Qube");
        assertThat(local.relay()).hasValue("Local-Relay");
        assertThat(local.relayedService()).hasValue("qubesair.SSHProxy+Remote-Qube+test.Cat+arg");
        assertThat(local.rule().orElseThrow()).endsWith("30-test.policy:1");
        assertThat(remote.caller()).isEqualTo("Remote-Relay");
        assertThat(remote.source()).isEqualTo("Local-Qube");
        assertThat(remote.via()).hasValue("Remote-Relay");
        assertThat(remote.target()).hasValue("work");
        for (AuditRecord call : List.of(local, remote)) {
            AuditRecord.End end = call.end().orElseThrow();
            assertThat(end.outcome()).isEqualTo(Outcome.COMPLETED);
            assertThat(end.exitCode()).hasValue(0);
            assertThat(end.bytes().orElseThrow().in()).isEqualTo(3);
            assertThat(end.bytes().orElseThrow().out()).isEqualTo(3);
        }
    }

    @Test
    void commandsSayHowTheFarHostIsReached() throws Exception {
        assertThat(hosts.local.qair("ping", "Remote-Qube", "-c", "2", "-i", "0"))
                .contains("Remote-Qube: 2: ", "2 of 2 answered, least/average/most ");
        assertThat(hosts.local.qair("qube", "list"))
                .contains("by Local-Relay with qubesair.SSHProxy, there called work, connected");
        hosts.call(new byte[0], "test.Cat");
        assertThat(hosts.local.qair("audit", "--last", "1", "--stages")).contains(" queue=", " first-byte=");
        assertThat(hosts.remote.qair("audit", "--last", "1", "--stages")).doesNotContain("queue=");
    }

    @Test
    void theLocalPolicyRefusesBeforeAnythingLeaves() throws Exception {
        int remoteSeen = hosts.remote.audit().size();
        Finished finished = hosts.local.call("Local-Relay", new byte[0], "Remote-Qube", "test.Cat");
        assertThat(finished.exitCode()).isEqualTo(126);
        assertThat(finished.stderr()).contains("Request refused");
        assertThat(hosts.remote.audit()).hasSize(remoteSeen);
    }

    @Test
    void namesOf63BytesPassEverywhere() throws Exception {
        String qube = "Q" + "q".repeat(62);
        String far = "F" + "f".repeat(62);
        hosts.local.qair("qube", "create", qube);
        hosts.local.qair("qube", "create", far, "--relayvm", "Local-Relay", "--peer", "far");
        hosts.remote.qair("qube", "create", far);
        hosts.remote.qair("qube", "create", qube, "--relayvm", "Remote-Relay");
        hosts.local.write(
                hosts.local.layout.policy().resolve("20-long.policy"),
                "* * " + qube + " " + far + " allow\n",
                "rw-r--r--");
        hosts.remote.write(
                hosts.remote.layout.policy().resolve("20-long.policy"),
                "* * " + qube + " " + far + " allow\n",
                "rw-r--r--");
        Await.until(() -> {
            Finished finished = hosts.local.call(qube, new byte[0], far, "test.Show");
            return finished.exitCode() == 0 && finished.stdout().equals(qube + "|test.Show|unset");
        });
    }
}
