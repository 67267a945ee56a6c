package org.qair.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.qair.call.CallException;
import org.qair.relay.TransportFixture.Caller;
import org.qair.relay.endpoint.EndpointFixture;
import org.qair.relay.peer.PeerLimits;

/** Connections that are opened, kept, lost and opened again; what stands between the ends can be stopped. */
class WarmConnectionTest {
    @TempDir
    Path directory;

    private EndpointFixture far;
    private TcpProxy link;

    @BeforeEach
    void open() throws IOException {
        far = new EndpointFixture(directory);
        link = new TcpProxy(far.endpoint.port());
    }

    @AfterEach
    void close() throws IOException {
        link.close();
        far.close();
    }

    private TransportFixture near(PeerLimits limits) {
        return new TransportFixture(far.peer(link.port(), limits));
    }

    private static PeerLimits quick() {
        return new PeerLimits(
                Duration.ofSeconds(Tools.PATIENCE_SECONDS),
                2,
                100,
                Duration.ofSeconds(Tools.PATIENCE_SECONDS),
                Duration.ofMillis(300),
                2);
    }

    private String event() throws InterruptedException {
        return String.valueOf(far.switchboard.events.poll(Tools.PATIENCE_SECONDS, TimeUnit.SECONDS));
    }

    @Test
    void trap2APeerThatVanishesEndsItsCallsWithAReason() throws Exception {
        try (TransportFixture near = near(quick())) {
            Thread call = near.callInThread("wait", new Caller(new BlockedInput()));
            assertThat(event()).isEqualTo("started");
            link.hold(true, true);
            call.join();
            assertThat(near.outcomes.take())
                    .isInstanceOfSatisfying(
                            CallException.Failed.class,
                            failed -> assertThat(failed)
                                    .hasMessageContaining("peer `far`")
                                    .hasMessageContaining("no sign of life"));
        }
    }

    @Test
    void aCallThatSurelyHadNotStartedGoesToTheNextConnection() throws Exception {
        try (TransportFixture near = near(quick())) {
            near.transport.keepOpen(Set.of(near.peer));
            near.awaitConnected();
            link.hold(true, true); // no channel is ready yet, so this call has to open one and gets no answer
            Thread call = near.callInThread("echo+3", Caller.silent());
            near.awaitLoss();
            link.hold(false, false); // not cut: the next connection may be on its way already
            call.join();
            assertThat(near.outcomes.take()).isEqualTo(3);
            assertThat(far.switchboard.admitted).hasSize(1);
        }
    }

    @Test
    void aCallWhoseRequestWasSentIsNotSentAgain() throws Exception {
        try (TransportFixture near = near(quick())) {
            assertThat(near.call("echo", Caller.silent())).isZero();
            near.awaitReadyChannel();
            link.hold(false, true); // the request arrives, its answer does not
            Thread call = near.callInThread("wait", Caller.silent());
            assertThat(event()).isEqualTo("started");
            call.join();
            link.cut();
            link.hold(false, false);
            assertThat(near.outcomes.take()).isInstanceOf(CallException.Failed.class);
            assertThat(event()).isEqualTo("interrupted");
            assertThat(far.switchboard.admitted).hasSize(2);
            assertThat(near.call("echo", Caller.silent())).isZero();
            assertThat(far.switchboard.admitted).hasSize(3);
        }
    }

    @Test
    void aCallerWhoLeavesWhileAChannelOpensLeavesNothingBehind() throws Exception {
        try (TransportFixture near = near(PeerLimits.DEFAULT)) {
            near.transport.keepOpen(Set.of(near.peer));
            near.awaitConnected();
            long before = far.windowsLeft();
            link.hold(false, true); // the channel opens there, and we do not hear of it
            Thread call = near.callInThread("wait", Caller.silent());
            while (far.windowsLeft() == before) {
                Thread.onSpinWait();
            }
            call.interrupt();
            call.join();
            assertThat(near.outcomes.take()).isInstanceOf(InterruptedException.class);
            link.hold(false, false);
            while (far.windowsLeft() != before) {
                Thread.onSpinWait(); // until the far end has put the channel away
            }
            assertThat(far.switchboard.admitted).isEmpty();
            assertThat(near.call("echo+2", Caller.silent())).isEqualTo(2);
        }
    }

    /** The far end may have begun before we have noticed that the channel is open. */
    @Test
    void aCallerWhoLeavesAsTheServiceStartsEndsIt() throws Exception {
        PeerLimits usual = PeerLimits.DEFAULT;
        PeerLimits one = new PeerLimits(usual.connectTimeout(), 1, 1, usual.queueTimeout(), usual.keepAlive(), 2);
        try (TransportFixture near = near(one)) { // with one place no channel is opened ahead
            for (int i = 0; i < 100; i++) {
                Thread call = near.callInThread("wait", Caller.silent());
                assertThat(event()).isEqualTo("started");
                call.interrupt();
                assertThat(event()).isEqualTo("interrupted");
                call.join();
            }
        }
    }

    @Test
    void aCallOnAWarmConnectionNeedsOneRoundTrip() throws Exception {
        try (TransportFixture near = near(PeerLimits.DEFAULT)) {
            assertThat(near.call("echo", Caller.silent())).isZero();
            near.awaitReadyChannel();
            link.hold(false, true);
            Thread call = near.callInThread("gate+5", Caller.silent());
            assertThat(event()).isEqualTo("arrived"); // though nothing came back from there
            far.switchboard.gate.countDown();
            link.hold(false, false);
            call.join();
            assertThat(near.outcomes.take()).isEqualTo(5);
        }
    }

    @Test
    void aReadyChannelThatTheFarEndClosedIsNotUsed() throws Exception {
        try (TransportFixture near = near(PeerLimits.DEFAULT)) {
            assertThat(near.call("echo", Caller.silent())).isZero();
            CallChannel ready = near.awaitReadyChannel();
            ready.close(true).await();
            assertThat(near.call("echo+4", Caller.silent())).isEqualTo(4);
            assertThat(near.transport.connections(near.peer).size()).isEqualTo(1);
        }
    }

    @Test
    void aRevokedKeyIsNoticedOnAReadyChannelToo() throws Exception {
        try (TransportFixture near = near(PeerLimits.DEFAULT)) {
            assertThat(near.call("echo", Caller.silent())).isZero();
            near.awaitReadyChannel();
            far.keys.clear();
            assertThatThrownBy(() -> near.call("echo", Caller.silent())).isInstanceOf(CallException.Failed.class);
            assertThat(far.switchboard.admitted).hasSize(1);
        }
    }

    @Test
    void anEagerPeerIsConnectedToAtOnceAndAgainAfterALoss() throws Exception {
        try (TransportFixture near = near(quick())) {
            near.transport.keepOpen(Set.of(near.peer));
            near.awaitConnected();
            link.cut();
            while (link.accepted.get() < 2) {
                Thread.onSpinWait();
            }
            near.awaitConnected();
            assertThat(near.call("echo", Caller.silent())).isZero();
            assertThat(link.accepted.get()).isEqualTo(2);
        }
    }

    @Test
    void aPeerThatIsEagerNoMoreIsLeftAlone() throws Exception {
        try (TransportFixture near = near(quick())) {
            near.transport.keepOpen(Set.of(near.peer));
            near.awaitConnected();
            near.transport.keepOpen(Set.of());
            link.cut();
            near.awaitLoss();
            assertThat(near.call("echo", Caller.silent())).isZero();
            assertThat(link.accepted.get()).isEqualTo(2);
        }
    }

    @Test
    void callsBeyondTheLimitsWaitTheirTurnAndThenFail() throws Exception {
        PeerLimits one = new PeerLimits(
                Duration.ofSeconds(Tools.PATIENCE_SECONDS), 1, 1, Duration.ofMillis(500), Duration.ofSeconds(15), 2);
        try (TransportFixture near = near(one)) {
            Thread first = near.callInThread("gate", Caller.silent());
            assertThat(event()).isEqualTo("arrived");
            assertThatThrownBy(() -> near.call("echo", Caller.silent()))
                    .isInstanceOf(CallException.Failed.class)
                    .hasMessageContaining("no free place in PT0.5S")
                    .hasMessageContaining("1 connections with 1 calls each");
            far.switchboard.gate.countDown();
            first.join();
            assertThat(near.outcomes.take()).isEqualTo(0);
        }
    }

    @Test
    void waitingCallsAreServedInOrder() throws Exception {
        PeerLimits one = new PeerLimits(
                Duration.ofSeconds(Tools.PATIENCE_SECONDS),
                1,
                1,
                Duration.ofSeconds(Tools.PATIENCE_SECONDS),
                Duration.ofSeconds(15),
                2);
        try (TransportFixture near = near(one)) {
            List<Thread> calls = new ArrayList<>();
            calls.add(near.callInThread("gate", Caller.silent()));
            assertThat(event()).isEqualTo("arrived");
            for (int i = 0; i < 20; i++) {
                calls.add(near.callInThread("echo+" + i, Caller.silent()));
                while (near.transport.connections(near.peer).places().waiting() <= i) {
                    Thread.onSpinWait();
                }
            }
            far.switchboard.gate.countDown();
            for (Thread call : calls) {
                call.join();
            }
            assertThat(far.switchboard.admitted)
                    .extracting(call -> call.service())
                    .startsWith("gate", "echo+0", "echo+1", "echo+2")
                    .endsWith("echo+18", "echo+19");
        }
    }

    @Test
    void theStagesOfACallAreTold() throws Exception {
        try (TransportFixture near = near(PeerLimits.DEFAULT)) {
            near.call("echo", Caller.silent());
            CallStages cold = near.stages.take();
            assertThat(cold.connect()).isPositive();
            assertThat(cold.open().orElseThrow()).isPositive();
            assertThat(cold.firstByte().orElseThrow()).isPositive();
            near.call("echo", Caller.silent());
            CallStages warm = near.stages.take();
            assertThat(warm.connect()).isZero();
            assertThat(warm.firstByte()).isPresent();
            far.endpoint.close();
            near.awaitLoss();
            assertThatThrownBy(() -> near.call("echo", Caller.silent())).isInstanceOf(CallException.Failed.class);
            CallStages failed = near.stages.take();
            assertThat(failed.open()).isEmpty();
            assertThat(failed.firstByte()).isEmpty();
        }
    }
}
