package org.qair.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.qair.call.CallException;
import org.qair.policy.QubeName;
import org.qair.relay.TransportFixture.Caller;
import org.qair.relay.endpoint.EndpointFixture;
import org.qair.relay.peer.PeerLimits;

/** Round trips to a far end, and what is known of the way to it. */
@Timeout(120)
class PingTest {
    private static final QubeName RELAY = new QubeName("Local-Relay");
    private static final QubeName REMOTE = new QubeName("Remote-Qube");
    private static final Duration PATIENCE = Duration.ofSeconds(Tools.PATIENCE_SECONDS);
    private static final PeerLimits ONE_CALL_AT_A_TIME =
            new PeerLimits(PATIENCE, 1, 1, PATIENCE, Duration.ofSeconds(15), 2);

    @TempDir
    Path directory;

    private EndpointFixture far;
    private TcpProxy link;
    private TransportFixture near;

    @BeforeEach
    void open() throws IOException {
        far = new EndpointFixture(directory);
        link = new TcpProxy(far.endpoint.port());
        near = new TransportFixture(far.peer(link.port(), ONE_CALL_AT_A_TIME));
    }

    @AfterEach
    void close() throws IOException {
        near.close();
        link.close();
        far.close();
    }

    private Duration ping(Duration patience) throws CallException, InterruptedException {
        return near.transport.ping(RELAY, REMOTE, patience);
    }

    private Reachability known() throws CallException {
        return near.transport.reachability(RELAY, REMOTE);
    }

    @Test
    void itTakesTheConnectionThatCallsTakeAndNoPlaceOfTheirs() throws Exception {
        assertThat(known()).isEqualTo(new Reachability(Reachability.State.IDLE, 0, Optional.empty(), Optional.empty()));
        for (int i = 0; i < 3; i++) {
            assertThat(ping(PATIENCE)).isPositive();
        }
        assertThat(known().state()).isEqualTo(Reachability.State.CONNECTED);
        assertThat(known().connections()).isEqualTo(1);
        assertThat(known().silence()).isPresent();
        assertThat(near.call("echo", Caller.silent())).isZero();
        assertThat(link.accepted).hasValue(1);
        assertThat(far.switchboard.admitted).hasSize(1);
    }

    @Test
    void itIsAnsweredWhileAllPlacesAreInUse() throws Exception {
        Thread call = near.callInThread("wait", new Caller(new BlockedInput()));
        assertThat(far.switchboard.events.take()).isEqualTo("started");
        assertThat(ping(PATIENCE)).isPositive();
        call.interrupt();
        call.join();
    }

    @Test
    void aFarEndThatIsSilentIsNotWaitedForWithoutEnd() throws Exception {
        ping(PATIENCE);
        link.hold(true, true);
        assertThatThrownBy(() -> ping(Duration.ofSeconds(1)))
                .isInstanceOf(CallException.Failed.class)
                .hasMessageContaining("no answer in 1 s");
        link.hold(false, false);
        assertThat(ping(PATIENCE)).isPositive();
    }

    @Test
    void aConnectionThatIsLostMeanwhileIsNamed() throws Exception {
        ping(PATIENCE);
        link.hold(true, true);
        CompletableFuture<Throwable> outcome = new CompletableFuture<>();
        Thread asking = Thread.ofVirtual().start(() -> {
            try {
                ping(PATIENCE);
                outcome.completeExceptionally(new AssertionError("answered"));
            } catch (CallException | InterruptedException failed) {
                outcome.complete(failed);
            }
        });
        while (asking.getState() != Thread.State.TIMED_WAITING) {
            Thread.onSpinWait();
        }
        link.cut();
        assertThat(outcome.join()).hasMessageContaining("the connection was lost");
        near.awaitLoss();
        assertThat(known().state()).isEqualTo(Reachability.State.IDLE);
    }

    @Test
    void whyThereIsNoConnectionIsKnownUntilThereIsOne() throws Exception {
        far.keys.clear();
        assertThatThrownBy(() -> ping(PATIENCE)).isInstanceOf(CallException.Failed.class);
        assertThat(known().state()).isEqualTo(Reachability.State.FAILING);
        assertThat(known().reason().orElseThrow()).contains("peer `far`");
        far.keys.put(far.identityKey.getPublic(), EndpointFixture.RELAY);
        ping(PATIENCE);
        assertThat(known().state()).isEqualTo(Reachability.State.CONNECTED);
        assertThat(known().reason()).isEmpty();
    }

    @Test
    void openSshAnswersToo() throws Exception {
        Path apart = java.nio.file.Files.createDirectories(directory.resolve("sshd"));
        try (SshdFixture sshd = new SshdFixture(apart, "true");
                TransportFixture toSshd = new TransportFixture(sshd.peer())) {
            for (int i : List.of(1, 2)) {
                assertThat(toSshd.transport.ping(RELAY, REMOTE, PATIENCE))
                        .as("ping %d", i)
                        .isPositive();
            }
        }
    }
}
