package org.qair.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.qair.call.Call;
import org.qair.call.CallContext;
import org.qair.call.CallException;
import org.qair.call.CallId;
import org.qair.call.Hops;
import org.qair.call.Streams;
import org.qair.policy.QubeName;
import org.qair.policy.RequestedTarget;
import org.qair.policy.ServiceName;
import org.qair.relay.TransportFixture.Caller;
import org.qair.relay.endpoint.EndpointFixture;
import org.qair.relay.peer.RemoteRoute;
import org.qair.relay.reverse.CallsBack;

/** Calls from the machine that listens to the one that connected to it. */
@Timeout(120)
class ReverseCallTest {
    private static final QubeName LOCAL_RELAY = new QubeName("Own-Relay");

    @TempDir
    Path directory;

    /** The machine that can be reached, and its transport, which has no peer. */
    private EndpointFixture far;

    private SshTransport back;

    /** The machine behind the NAT: its transport, and what judges calls there. */
    private final TestSwitchboard switchboard = new TestSwitchboard();

    private SshTransport near;

    @BeforeEach
    void open() throws IOException {
        far = new EndpointFixture(directory);
        back = new SshTransport(
                (relay, remoteVm) -> new RemoteRoute.ThroughHeld("Near-Qube", EndpointFixture.RELAY),
                far.held,
                (call, stages) -> {});
        near = new SshTransport((relay, remoteVm) -> new RemoteRoute.ToPeer("Far-Qube", far.peer()));
    }

    @AfterEach
    void close() throws IOException {
        near.close();
        back.close();
        far.close();
    }

    private static Call call(String service, Optional<QubeName> via, int hops) {
        return new Call(
                CallId.random(),
                new QubeName("Far-Caller"),
                via,
                new RequestedTarget.Named(EndpointFixture.RELAY),
                EndpointFixture.RELAY,
                new ServiceName("qubesair.SSHProxy", Optional.of("Near-Qube+" + service)),
                Optional.empty(),
                new CallContext(hops, Optional.empty(), Optional.empty(), Optional.empty()),
                Optional.empty());
    }

    private int callBack(String service, Streams streams) throws CallException, InterruptedException {
        return back.run(call(service, Optional.empty(), 0), streams);
    }

    /** Connected by nothing but the wish to be called back. */
    private void connect() {
        near.takeCallsBack(Map.of(far.peer(), new CallsBack(LOCAL_RELAY, CallsBack.USUAL_SOCKET)), switchboard);
        near.keepOpen(Set.of(far.peer()));
        awaitConnections(1);
    }

    private void awaitConnections(int count) {
        Tools.until(() -> far.held.count(EndpointFixture.RELAY) == count);
    }

    @Test
    void comesByTheRelayOfThePeerWithTheSourceAsAClaim() throws Exception {
        connect();
        Caller caller = Caller.silent();
        assertThat(callBack("describe+7", caller)).isEqualTo(7);
        assertThat(caller.text())
                .contains(
                        "caller=Own-Relay",
                        "requestedSource=Optional[Far-Caller]",
                        "target=Near-Qube",
                        "service=describe+7",
                        "door=reverse",
                        "hops=1");
    }

    @Test
    void aPingTakesTheConnectionThatTheFarMachineHolds() throws Exception {
        QubeName relay = EndpointFixture.RELAY;
        QubeName near = new QubeName("Near-Qube");
        assertThat(back.reachability(relay, near).reason()).hasValue("relay `Local-Relay` is not connected");
        assertThatThrownBy(() -> back.ping(relay, near, Duration.ofSeconds(Tools.PATIENCE_SECONDS)))
                .hasMessageContaining("relay `Local-Relay` is not connected");
        connect();
        assertThat(back.ping(relay, near, Duration.ofSeconds(Tools.PATIENCE_SECONDS)))
                .isPositive();
        assertThat(back.reachability(relay, near))
                .isEqualTo(new Reachability(Reachability.State.CONNECTED, 1, Optional.empty(), Optional.empty()));
    }

    @Test
    void carriesBytesBothWaysAndErrorsApart() throws Exception {
        connect();
        byte[] bytes = new byte[3_000_000];
        new Random(2).nextBytes(bytes);
        Caller caller = new Caller(new ByteArrayInputStream(bytes));
        assertThat(callBack("echo", caller)).isZero();
        assertThat(caller.bytes()).isEqualTo(bytes);
        Caller errors = Caller.silent();
        assertThat(callBack("interleave", errors)).isZero();
        assertThat(errors.stderrText()).isEqualTo("e".repeat(100));
    }

    @Test
    void theOtherDirectionGoesOnOverTheSameConnection() throws Exception {
        connect();
        assertThat(near.run(call("echo", Optional.empty(), 0), Caller.silent())).isZero();
        assertThat(callBack("echo", Caller.silent())).isZero();
        assertThat(near.connections(far.peer()).size()).isEqualTo(1);
        assertThat(far.held.count(EndpointFixture.RELAY)).isEqualTo(1);
    }

    @Test
    void aRefusalIsARefusal() throws Exception {
        connect();
        assertThat(callBack("refused", Caller.silent())).isEqualTo(126);
        assertThat(callBack("unknown", Caller.silent())).isEqualTo(127);
    }

    @Test
    void aRelayThatIsNotConnectedIsNamed() {
        assertThatThrownBy(() -> callBack("echo", Caller.silent()))
                .isInstanceOf(CallException.Failed.class)
                .hasMessage("relay `Local-Relay` is not connected");
    }

    @Test
    void aRelayThatTakesNoCallsBackIsToldWhatToSet() throws Exception {
        near.keepOpen(Set.of(far.peer()));
        awaitConnections(1);
        assertThatThrownBy(() -> callBack("echo", Caller.silent()))
                .isInstanceOf(CallException.Failed.class)
                .hasMessageContaining("`Local-Relay` is connected")
                .hasMessageContaining("`reverse = true`");
        assertThat(switchboard.admitted).isEmpty();
        near.takeCallsBack(Map.of(far.peer(), new CallsBack(LOCAL_RELAY, CallsBack.USUAL_SOCKET)), switchboard);
        assertThat(callBack("echo", Caller.silent())).isZero();
    }

    @Test
    void aPeerThatWasDroppedCallsNoMore() throws Exception {
        connect();
        near.drop(far.peer());
        awaitConnections(0);
        assertThatThrownBy(() -> callBack("echo", Caller.silent())).hasMessageContaining("is not connected");
    }

    /** A call to a service that has begun, and ends with what it is cut off by. */
    private Thread startWaiting(CompletableFuture<Throwable> outcome) throws InterruptedException {
        Thread caller = Thread.ofVirtual().start(() -> {
            try {
                callBack("wait", Caller.silent());
            } catch (CallException | InterruptedException e) {
                outcome.complete(e);
            }
        });
        assertThat(switchboard.events.poll(Tools.PATIENCE_SECONDS, TimeUnit.SECONDS))
                .isEqualTo("started");
        return caller;
    }

    @Test
    void anInterruptEndsTheServiceAtTheOtherEnd() throws Exception {
        connect();
        CompletableFuture<Throwable> outcome = new CompletableFuture<>();
        Thread caller = startWaiting(outcome);
        caller.interrupt();
        assertThat(switchboard.events.poll(Tools.PATIENCE_SECONDS, TimeUnit.SECONDS))
                .isEqualTo("interrupted");
        assertThat(outcome.get(Tools.PATIENCE_SECONDS, TimeUnit.SECONDS)).isInstanceOf(InterruptedException.class);
    }

    @Test
    void aConnectionThatIsLostEndsItsCallsAtBothEndsAndIsOpenedAgain() throws Exception {
        connect();
        CompletableFuture<Throwable> outcome = new CompletableFuture<>();
        Thread caller = startWaiting(outcome);
        far.sessions().forEach(session -> session.close(true));
        assertThat(outcome.get(Tools.PATIENCE_SECONDS, TimeUnit.SECONDS)).isInstanceOf(CallException.Failed.class);
        assertThat(switchboard.events.poll(Tools.PATIENCE_SECONDS, TimeUnit.SECONDS))
                .isEqualTo("interrupted");
        caller.join();
        awaitConnections(1);
        assertThat(callBack("echo", Caller.silent())).isZero();
    }

    @Test
    void anyConnectionThatLivesWillDo() throws Exception {
        connect();
        try (SshTransport second = new SshTransport((relay, remoteVm) -> {
            throw new AssertionError("no call goes this way");
        })) {
            TestSwitchboard there = new TestSwitchboard();
            second.takeCallsBack(Map.of(far.peer(), new CallsBack(LOCAL_RELAY, CallsBack.USUAL_SOCKET)), there);
            second.keepOpen(Set.of(far.peer()));
            awaitConnections(2);
            near.close();
            awaitConnections(1);
            assertThat(callBack("echo", Caller.silent())).isZero();
            assertThat(there.admitted).hasSize(1);
        }
    }

    @Test
    void manyCallsAtOnceShareTheConnection() throws Exception {
        connect();
        int count = 500;
        List<Thread> calls = new ArrayList<>();
        List<Object> outcomes = java.util.Collections.synchronizedList(new ArrayList<>());
        for (int i = 0; i < count; i++) {
            calls.add(Thread.ofVirtual().start(() -> {
                try {
                    outcomes.add(callBack("gate", Caller.silent()));
                } catch (CallException | InterruptedException e) {
                    outcomes.add(e);
                }
            }));
        }
        for (int i = 0; i < count; i++) {
            assertThat(switchboard.events.poll(Tools.PATIENCE_SECONDS, TimeUnit.SECONDS))
                    .isEqualTo("arrived");
        }
        switchboard.gate.countDown();
        for (Thread call : calls) {
            call.join();
        }
        assertThat(outcomes).hasSize(count).containsOnly(0);
    }

    @Test
    void aCallDoesNotGoBackToTheRelayItCameThrough() throws Exception {
        connect();
        assertThatThrownBy(() -> back.run(call("echo", Optional.of(EndpointFixture.RELAY), 1), Caller.silent()))
                .isInstanceOf(CallException.Refused.class)
                .hasMessageContaining("would go back");
        assertThat(switchboard.admitted).isEmpty();
    }

    @Test
    void theNumberOfHopsTravelsBothWays() throws Exception {
        connect();
        Caller caller = Caller.silent();
        assertThat(back.run(call("describe", Optional.empty(), 3), caller)).isZero();
        assertThat(caller.text()).contains("hops=4");
        Caller other = Caller.silent();
        assertThat(near.run(call("describe", Optional.empty(), 6), other)).isZero();
        assertThat(other.text()).contains("hops=7");
    }

    @Test
    void aNumberOfHopsThatIsNoneCountsAsTheLimit() throws Exception {
        for (String number : List.of("", "0", "-1", "99999999999", "x", "9")) {
            EndpointFixture.Result result = EndpointFixture.run(
                    withHops(far.ssh(List.of("-o", "SendEnv=QAIR_HOPS"), "qrexec-client-vm", "a", "describe"), number),
                    new byte[0]);
            assertThat(result.text()).contains("hops=" + Hops.LIMIT);
        }
        EndpointFixture.Result result = EndpointFixture.run(
                withHops(far.ssh(List.of("-o", "SendEnv=QAIR_HOPS"), "qrexec-client-vm", "a", "describe"), "5"),
                new byte[0]);
        assertThat(result.text()).contains("hops=5");
    }

    private static ProcessBuilder withHops(ProcessBuilder ssh, String number) {
        ssh.environment().put("QAIR_HOPS", number);
        return ssh;
    }
}
