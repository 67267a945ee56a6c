package org.qair.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.qair.client.QrexecCall;
import org.qair.host.audit.AuditRecord.End;
import org.qair.host.audit.AuditRecord.Outcome;

/** Peers and relays come and go while hosts run. */
@Timeout(240)
class LiveSettingsTest {
    @TempDir
    Path directory;

    private final HostLog log = new HostLog();
    private TwoMachines hosts;

    @BeforeEach
    void start() throws Exception {
        hosts = new TwoMachines(directory).start();
        hosts.remote.service("test.Hello", "echo hello");
        hosts.remote.service("test.Wait", "echo started", "exec sleep 1000");
    }

    @AfterEach
    void stop() {
        hosts.close();
        log.close();
    }

    private int call() throws Exception {
        return hosts.call("test.Hello").exitCode();
    }

    private QrexecCall waiting() throws Exception {
        QrexecCall running = hosts.local.begin("Local-Qube", "Remote-Qube", "test.Wait");
        assertThat(running.stdout().readNBytes(7)).isEqualTo("started".getBytes(StandardCharsets.US_ASCII));
        return running;
    }

    @Test
    void aRevokedKeyEndsItsCallsAtOnceAndNeverComesInAgain() throws Exception {
        QrexecCall running = waiting();
        String said = hosts.remote.qair("key", "revoke", "Remote-Relay");
        assertThat(running.exitCode()).as("as for a connection that was lost").isEqualTo(125);
        Machine.await(
                () -> hosts.remote.audit().getLast().end().map(End::outcome).equals(Optional.of(Outcome.CANCELLED)));
        assertThat(said).contains("revoked SHA256:").contains("qair.toml:5` still names it, to no effect");
        assertThat(call()).isEqualTo(125);
        assertThat(log.has("the key of relay `Remote-Relay` was revoked")).isTrue();
        assertThat(hosts.remote.tryQair("key", "revoke", "Nobody").stderr()).contains("relay `Nobody` has no key here");
    }

    @Test
    void aRelayThatIsTakenOutOfTheSettingsIsOutAndOneWithAFileOfItsOwnIsIn() throws Exception {
        String key = hosts.local.qair("key", "show", "Local-Relay").strip();
        QrexecCall running = waiting();
        hosts.remote.settings("[endpoint]", "listen = \"127.0.0.1:0\"");
        assertThat(running.exitCode()).isEqualTo(125);
        assertThat(call()).isEqualTo(125);
        Path own = hosts.remote.layout.relays().resolve("Remote-Relay.toml");
        hosts.remote.write(own, "key = \"" + key + "\"\n", "rw-------");
        Machine.await(() -> call() == 0);
        hosts.remote.write(own, "key = \"" + key + "\"\nkye = 1\n", "rw-------");
        Machine.await(() -> call() == 125);
        assertThat(log.has("Remote-Relay.toml:2: unknown key `kye`: did you mean `key`?"))
                .isTrue();
    }

    @Test
    void aPeerIsFollowedToWhereItWent() throws Exception {
        QrexecCall running = waiting();
        String old = Files.readString(hosts.local.layout.settings());
        hosts.local.settings("");
        assertThat(running.exitCode()).as("its peer is none any more").isEqualTo(125);
        assertThat(call()).isEqualTo(125);
        assertThat(hosts.local.audit().getLast().reason().orElse("")).contains("peer `far`, and there is none");
        Path own = hosts.local.layout.peers().resolve("far.toml");
        hosts.local.write(own, old.replaceFirst("(?s)^.*?(?=address)", ""), "rw-------");
        Machine.await(() -> call() == 0);
    }

    @Test
    void anEagerPeerIsConnectedToBeforeACall() throws Exception {
        hosts.local.settings(Stream.concat(Stream.of(hosts.peer()), Stream.of("connect = \"eager\""))
                .toArray(String[]::new));
        Machine.await(() -> log.has("relay `Remote-Relay` connected with key"));
        assertThat(call()).isZero();
    }

    @Test
    void whatIsNotFollowedIsSaid() throws Exception {
        hosts.local.settings(Files.readString(hosts.local.layout.settings()), "[host]", "grace-seconds = 1");
        Machine.await(() -> log.has("restart the host for the rest"));
        hosts.local.settings("[[peer]");
        Machine.await(() -> log.has("not in force: " + hosts.local.layout.settings() + ":1"));
        assertThat(call()).isEqualTo(125);
    }

    @Test
    void aRelaysCallsAreCutOffByTimeAndBytesAndOthersAreNot() throws Exception {
        hosts.remote.service("test.Echo", "exec cat");
        String key = hosts.local.qair("key", "show", "Local-Relay").strip();
        hosts.remote.settings(
                "[endpoint]",
                "listen = \"127.0.0.1:0\"",
                "max-call-seconds = 1",
                "[[endpoint.relay]]",
                "name = \"Remote-Relay\"",
                "key = \"" + key + "\"",
                "max-call-bytes = 1000");
        Machine.await(() -> hosts.local
                        .call("Local-Qube", "Remote-Qube", "test.Echo", "x".repeat(1001))
                        .exitCode()
                == 125);
        Machine.Finished whole = hosts.local.call("Local-Qube", "Remote-Qube", "test.Echo", "x".repeat(1000));
        assertThat(whole.exitCode()).isZero();
        assertThat(whole.stdout()).hasSize(1000);
        assertThat(log.has("over the limit of `relay Remote-Relay`: more than 1000 bytes in"))
                .isTrue();
        assertThat(waiting().exitCode()).isEqualTo(125);
        assertThat(log.has("over the limit of `relay Remote-Relay`: it ran for 1 s"))
                .isTrue();
        hosts.remote.qair("qube", "create", "third");
        hosts.remote.policy("* * Local-Qube work allow", "test.Echo * third work allow");
        Machine.await(() -> hosts.remote
                        .call("third", "work", "test.Echo", "x".repeat(2000))
                        .exitCode()
                == 0);
    }
}
