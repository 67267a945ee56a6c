package org.qair.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.qair.call.CallException;
import org.qair.relay.TransportFixture.Caller;
import org.qair.relay.keys.SshKeys;
import org.qair.relay.peer.Peer;
import org.qair.relay.peer.PeerLimits;

/** Our transport against a stock OpenSSH server that has only the field's program name on its path. */
class OpensshServerTest {
    @TempDir
    Path directory;

    @Test
    void asksForTheFieldsProgramWithTheseWords() throws Exception {
        try (SshdFixture far = new SshdFixture(directory, "printf '[%s]' \"$@\"");
                TransportFixture near = new TransportFixture(far.peer())) {
            for (String service : List.of("svc", "svc+", "-svc+a+b", "svc+" + "x".repeat(60_000))) {
                Caller caller = Caller.silent();
                assertThat(near.call(service, caller)).isZero();
                assertThat(caller.text()).isEqualTo("[--source-qube=Local-Qube][--][Far-Name][" + service + "]");
            }
        }
    }

    @Test
    void carriesBytesStderrAndExitCode() throws Exception {
        byte[] bytes = new byte[3_000_000];
        new Random(1).nextBytes(bytes);
        try (SshdFixture far = new SshdFixture(directory, "cat; echo problem >&2; exit 3");
                TransportFixture near = new TransportFixture(far.peer())) {
            Caller caller = new Caller(new ByteArrayInputStream(bytes));
            assertThat(near.call("svc", caller)).isEqualTo(3);
            assertThat(caller.bytes()).isEqualTo(bytes);
            assertThat(caller.stderrText()).isEqualTo("problem\n");
        }
    }

    @ParameterizedTest
    @CsvSource({"TERM,143", "KILL,137", "SEGV,139"})
    void aSignalIs128AndItsNumber(String signal, int code) throws Exception {
        // The shell that sshd starts becomes this program, so that sshd itself sees how it ended.
        try (SshdFixture far = new SshdFixture(directory, "kill -" + signal + " $$");
                TransportFixture near = new TransportFixture(far.peer())) {
            assertThat(near.call("svc", Caller.silent())).isEqualTo(code);
        }
    }

    @Test
    void aServiceWhoseChildHoldsTheOutputDoesNotHoldTheCall() throws Exception {
        try (SshdFixture far = new SshdFixture(directory, "sleep 300 & echo done; exit 5");
                TransportFixture near = new TransportFixture(far.peer())) {
            Caller caller = Caller.silent();
            assertThat(near.call("svc", caller)).isEqualTo(5);
            assertThat(caller.text()).isEqualTo("done\n");
        }
    }

    /** With a queue that outlasts a busy machine. */
    private static Peer patient(Peer peer) {
        PeerLimits usual = PeerLimits.DEFAULT;
        PeerLimits limits = new PeerLimits(
                Duration.ofMinutes(1),
                usual.connections(),
                usual.callsPerConnection(),
                Duration.ofMinutes(10),
                usual.keepAlive(),
                usual.keepAliveCount());
        return new Peer(peer.name(), peer.destination(), limits);
    }

    @Test
    @Timeout(600)
    void moreCallsThanMaxSessionsAllSucceed() throws Exception {
        try (SshdFixture far = new SshdFixture(directory, "cat; exit 9", "MaxSessions 10");
                TransportFixture near = new TransportFixture(patient(far.peer()))) {
            List<Caller> callers = new ArrayList<>();
            List<Thread> calls = new ArrayList<>();
            int count = Integer.getInteger("calls.at.once", 200);
            for (int i = 0; i < count; i++) {
                Caller caller = new Caller(new ByteArrayInputStream(("call " + i).getBytes(StandardCharsets.UTF_8)));
                callers.add(caller);
                calls.add(near.callInThread("svc", caller));
            }
            for (Thread call : calls) {
                call.join();
            }
            assertThat(near.outcomes).hasSize(count).containsOnly(9);
            for (int i = 0; i < count; i++) {
                assertThat(callers.get(i).text()).isEqualTo("call " + i);
            }
            assertThat(near.transport.connections(near.peer).size()).isGreaterThan(1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"ed25519", "ecdsa", "rsa"})
    void trap4ThePinnedKeyIsAskedForThoughTheServerHasOthers(String type) throws Exception {
        try (SshdFixture far = new SshdFixture(directory, "exit 0")) {
            Peer peer = Peer.of("far", "127.0.0.1", far.port, far.user, List.of(far.hostKey(type)), far.identity);
            try (TransportFixture near = new TransportFixture(peer)) {
                assertThat(near.call("svc", Caller.silent())).isZero();
            }
        }
    }

    @Test
    void aConnectionThatDiesFailsItsCallsAndTheNextCallHasANewOne() throws Exception {
        try (SshdFixture far = new SshdFixture(directory, "echo started; cat");
                TransportFixture near = new TransportFixture(far.peer())) {
            SignallingOutput output = new SignallingOutput();
            Thread call = near.callInThread("svc", output.caller());
            output.written.await();
            far.kill();
            call.join();
            assertThat(near.outcomes.take())
                    .isInstanceOfSatisfying(
                            CallException.Failed.class,
                            failed -> assertThat(failed).hasMessageContaining("peer `far`"));
            far.restart();
            assertThat(near.call("svc", Caller.silent())).isZero();
        }
    }

    @Test
    void aKeyThatTheServerDoesNotKnowIsAClearFailure() throws Exception {
        try (SshdFixture far = new SshdFixture(directory, "exit 0")) {
            Path other = directory.resolve("other");
            SshKeys.create(other, "");
            Peer peer = Peer.of("far", "127.0.0.1", far.port, far.user, List.of(far.hostKey("ed25519")), other);
            try (TransportFixture near = new TransportFixture(peer)) {
                assertThatThrownBy(() -> near.call("svc", Caller.silent()))
                        .isInstanceOf(CallException.Failed.class)
                        .hasMessageContaining("peer `far`")
                        .hasMessageContaining("authentication");
            }
        }
    }
}
