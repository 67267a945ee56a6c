package org.qair.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.qair.call.CallException;
import org.qair.relay.TransportFixture.Caller;
import org.qair.relay.endpoint.EndpointFixture;
import org.qair.relay.keys.HostTrust;
import org.qair.relay.keys.Login;
import org.qair.relay.keys.SshKeys;
import org.qair.relay.peer.Destination;
import org.qair.relay.peer.Hop;
import org.qair.relay.peer.Peer;
import org.qair.relay.peer.PeerLimits;

/** Peers behind jump hosts, which are stock {@code sshd}. */
class JumpTest {
    @TempDir
    Path directory;

    private EndpointFixture far;

    @BeforeEach
    void open() throws IOException {
        far = new EndpointFixture(sub("far"));
    }

    @AfterEach
    void close() throws IOException {
        far.close();
    }

    private Path sub(String name) throws IOException {
        return Files.createDirectory(directory.resolve(name));
    }

    private Hop last() {
        return ((Destination.Hops) far.peer().destination()).hops().getFirst();
    }

    private static TransportFixture through(Hop... hops) {
        return new TransportFixture(new Peer("far", new Destination.Hops(List.of(hops)), PeerLimits.DEFAULT));
    }

    @Test
    void carriesCallsThroughTwoJumpHosts() throws Exception {
        byte[] bytes = new byte[3_000_000];
        new Random(1).nextBytes(bytes);
        try (SshdFixture first = new SshdFixture(sub("first"), "exit 99");
                SshdFixture second = new SshdFixture(sub("second"), "exit 99");
                TransportFixture near = through(first.hop(), second.hop(), last())) {
            Caller caller = new Caller(new ByteArrayInputStream(bytes));
            assertThat(near.call("echo+7", caller)).isEqualTo(7);
            assertThat(caller.bytes()).isEqualTo(bytes);
            assertThat(far.switchboard.admitted).hasSize(1);
        }
    }

    @Test
    void trap5NothingListensOnThisMachineForAJump() throws Exception {
        try (SshdFixture jump = new SshdFixture(sub("jump"), "exit 99");
                TransportFixture near = through(jump.hop(), last())) {
            String before = listeners();
            Thread call = near.callInThread("wait", new Caller(new BlockedInput()));
            assertThat(far.switchboard.events.poll(Tools.PATIENCE_SECONDS, TimeUnit.SECONDS))
                    .isEqualTo("started");
            assertThat(listeners()).isEqualTo(before);
            call.interrupt();
            call.join();
        }
    }

    /** The sockets of this process that listen. */
    private static String listeners() throws IOException {
        StringBuilder found = new StringBuilder();
        List<String> own = Tools.socketInodes();
        for (String table : List.of("/proc/self/net/tcp", "/proc/self/net/tcp6")) {
            for (String line : Files.readAllLines(Path.of(table))) {
                String[] columns = line.strip().split("\\s+", -1);
                if (columns[3].equals("0A") && own.contains(columns[9])) {
                    found.append(columns[1]).append('\n');
                }
            }
        }
        return found.toString();
    }

    /** A Qair host behind a stock sshd of the same machine is reached so without its shell: see decision 0103. */
    @Test
    void trap9NoShellOfTheJumpHostIsStarted() throws Exception {
        try (SshdFixture jump = new SshdFixture(sub("jump"), "exit 99", "ForceCommand /bin/false", "PermitTTY no");
                TransportFixture near = through(jump.hop(), last())) {
            String key = Files.readString(jump.authorizedKeys());
            Files.writeString(
                    jump.authorizedKeys(),
                    "restrict,port-forwarding,permitopen=\"127.0.0.1:%d\" %s".formatted(far.endpoint.port(), key));
            assertThat(near.call("echo+4", Caller.silent())).isEqualTo(4);
            assertThat(Files.readString(jump.directory.resolve("sshd.log"))).doesNotContain("Starting session");
        }
    }

    @Test
    void theHostKeyOfAJumpHostIsCheckedToo() throws Exception {
        try (SshdFixture jump = new SshdFixture(sub("jump"), "exit 99")) {
            HostTrust wrong =
                    HostTrust.pinned("127.0.0.1", List.of(SshKeys.generate().getPublic()));
            Hop hop = new Hop("127.0.0.1", jump.port, jump.user, wrong, Login.with(jump.identity));
            try (TransportFixture near = through(hop, last())) {
                assertThatThrownBy(() -> near.call("echo", Caller.silent()))
                        .isInstanceOf(CallException.Failed.class)
                        .hasMessageContaining("at " + hop)
                        .hasMessageContaining("is not the pinned one");
            }
            assertThat(far.switchboard.admitted).isEmpty();
        }
    }

    @Test
    void theHostKeyBehindAJumpHostIsChecked() throws Exception {
        try (SshdFixture jump = new SshdFixture(sub("jump"), "exit 99")) {
            HostTrust wrong =
                    HostTrust.pinned("127.0.0.1", List.of(SshKeys.generate().getPublic()));
            Hop hop = new Hop("127.0.0.1", far.endpoint.port(), "qair", wrong, Login.with(far.identity));
            try (TransportFixture near = through(jump.hop(), hop)) {
                assertThatThrownBy(() -> near.call("echo", Caller.silent()))
                        .isInstanceOf(CallException.Failed.class)
                        .hasMessageContaining("is not the pinned one");
            }
        }
    }

    @Test
    void aJumpHostThatDoesNotForwardIsAClearFailure() throws Exception {
        try (SshdFixture jump = new SshdFixture(sub("jump"), "exit 99", "AllowTcpForwarding no");
                TransportFixture near = through(jump.hop(), last())) {
            assertThatThrownBy(() -> near.call("echo", Caller.silent()))
                    .isInstanceOf(CallException.Failed.class)
                    .hasMessageContaining("%s does not connect to".formatted(jump.hop()))
                    .hasMessageContaining("port " + far.endpoint.port());
        }
    }

    @Test
    void aJumpHostThatDiesEndsTheCallsThroughIt() throws Exception {
        try (SshdFixture jump = new SshdFixture(sub("jump"), "exit 99");
                TransportFixture near = through(jump.hop(), last())) {
            Thread call = near.callInThread("wait", new Caller(new BlockedInput()));
            assertThat(far.switchboard.events.poll(Tools.PATIENCE_SECONDS, TimeUnit.SECONDS))
                    .isEqualTo("started");
            jump.kill();
            call.join();
            assertThat(near.outcomes.take()).isInstanceOf(CallException.Failed.class);
            jump.restart();
            assertThat(near.call("echo", Caller.silent())).isZero();
        }
    }
}
