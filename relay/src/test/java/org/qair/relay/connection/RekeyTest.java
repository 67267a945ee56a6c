package org.qair.relay.connection;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.common.session.SessionListener;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.qair.relay.SshdFixture;
import org.qair.relay.Tools;
import org.qair.relay.TransportFixture;
import org.qair.relay.TransportFixture.Caller;
import org.qair.relay.endpoint.EndpointFixture;
import org.qair.relay.peer.Destination;
import org.qair.relay.peer.Hop;
import org.qair.relay.peer.HopOptions;
import org.qair.relay.peer.Peer;
import org.qair.relay.peer.PeerLimits;

/** New keys while calls move bytes in both directions. */
class RekeyTest {
    private static final int CALLS = 4;

    @TempDir
    Path directory;

    private static Peer rekeying(Peer peer, long bytes) {
        Hop hop = ((Destination.Hops) peer.destination()).hops().getFirst();
        HopOptions usual = HopOptions.USUAL;
        HopOptions options = new HopOptions(
                usual.keyExchanges(),
                usual.hostKeyAlgorithms(),
                usual.ciphers(),
                usual.macs(),
                usual.loginAlgorithms(),
                usual.family(),
                usual.bindAddress(),
                bytes,
                usual.rekeyTime(),
                usual.smallestRsa());
        Hop quick = new Hop(hop.host(), hop.port(), hop.user(), hop.trust(), hop.login(), options);
        return new Peer("far", new Destination.Hops(List.of(quick)), PeerLimits.DEFAULT);
    }

    /** Calls that send and receive at once; what each received is what it sent. */
    private static void move(TransportFixture near, String service) throws Exception {
        byte[] bytes = new byte[4_000_000];
        new Random(3).nextBytes(bytes);
        List<Caller> callers = new ArrayList<>();
        List<Thread> calls = new ArrayList<>();
        for (int i = 0; i < CALLS; i++) {
            callers.add(new Caller(new ByteArrayInputStream(bytes)));
            calls.add(near.callInThread(service, callers.get(i)));
        }
        for (Thread call : calls) {
            call.join();
        }
        assertThat(near.outcomes).hasSize(CALLS).containsOnly(3);
        for (Caller caller : callers) {
            assertThat(caller.bytes()).isEqualTo(bytes);
        }
    }

    @Test
    void weAskAQairHostForNewKeysUnderLoad() throws Exception {
        try (EndpointFixture far = new EndpointFixture(directory);
                TransportFixture near = new TransportFixture(rekeying(far.peer(), 1 << 20))) {
            assertThat(near.call("echo", Caller.silent())).isZero();
            AtomicInteger exchanges = new AtomicInteger();
            far.sessions().getFirst().addSessionListener(new SessionListener() {
                @Override
                public void sessionEvent(Session session, Event event) {
                    if (event == Event.KeyEstablished) {
                        exchanges.incrementAndGet();
                    }
                }
            });
            move(near, "echo+3");
            assertThat(exchanges.get()).isGreaterThan(3);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void newKeysWithAStockServerUnderLoad(boolean weAsk) throws Exception {
        String limit = weAsk ? "RekeyLimit 1G" : "RekeyLimit 1M";
        try (SshdFixture far = new SshdFixture(directory, "cat; exit 3", limit, "LogLevel DEBUG1");
                TransportFixture near = new TransportFixture(rekeying(far.peer(), weAsk ? 1 << 20 : 1L << 30))) {
            move(near, "svc");
            long exchanges = Files.readAllLines(far.directory.resolve("sshd.log")).stream()
                    .filter(line -> line.contains("SSH2_MSG_NEWKEYS received"))
                    .count();
            assertThat(exchanges).isGreaterThan(3);
        }
    }

    @Test
    void trap10ManyKeyExchangesAtOnceAllEnd() throws Exception {
        try (EndpointFixture far = new EndpointFixture(directory);
                Connector connector = new Connector()) {
            List<FutureTask<Void>> all = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                all.add(new FutureTask<>(() -> {
                    for (int j = 0; j < 5; j++) {
                        PeerSession session = connector.connect(far.peer());
                        session.reExchangeKeys().verify(Duration.ofSeconds(Tools.PATIENCE_SECONDS));
                        session.close(true);
                    }
                    return null;
                }));
                Thread.ofVirtual().start(all.get(i));
            }
            for (FutureTask<Void> each : all) {
                each.get();
            }
        }
    }
}
