package org.qair.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.qair.call.CallException;
import org.qair.relay.TransportFixture.Caller;
import org.qair.relay.endpoint.EndpointFixture;
import org.qair.relay.peer.Destination;
import org.qair.relay.peer.Hop;
import org.qair.relay.peer.Peer;
import org.qair.relay.peer.PeerLimits;
import org.qair.wire.NetworkLink;

/** The transport over networks that are slow, lose packets, or are cut; the far ends are in namespaces of their own. */
class NetworkTest {
    @TempDir
    Path directory;

    private Path sub(String name) throws IOException {
        return Files.createDirectory(directory.resolve(name));
    }

    private static Peer with(Peer peer, Duration keepAlive) {
        PeerLimits usual = PeerLimits.DEFAULT;
        Duration patience = Duration.ofSeconds(Tools.PATIENCE_SECONDS);
        return new Peer(
                peer.name(),
                peer.destination(),
                new PeerLimits(patience, usual.connections(), usual.callsPerConnection(), patience, keepAlive, 2));
    }

    private static byte[] random(int count) {
        byte[] bytes = new byte[count];
        new Random(count).nextBytes(bytes);
        return bytes;
    }

    @Test
    void aCutLinkEndsTheCallsOfBothKindsOfPeer() throws Exception {
        try (NetworkLink link = Tools.link(Duration.ZERO, 0);
                SshdFixture sshd = new SshdFixture(sub("sshd"), link, "echo started; cat");
                EndpointFixture qair = EndpointFixture.at(link, sub("qair"));
                TransportFixture toSshd = new TransportFixture(with(sshd.peer(), Duration.ofSeconds(1)));
                TransportFixture toQair = new TransportFixture(with(qair.peer(), Duration.ofSeconds(1)))) {
            SignallingOutput output = new SignallingOutput();
            Thread one = toSshd.callInThread("svc", output.caller());
            Thread other = toQair.callInThread("wait", new Caller(new BlockedInput()));
            output.written.await();
            assertThat(qair.switchboard.events.poll(Tools.PATIENCE_SECONDS, TimeUnit.SECONDS))
                    .isEqualTo("started");
            link.cut(true);
            one.join();
            other.join();
            for (TransportFixture near : List.of(toSshd, toQair)) {
                assertThat(near.outcomes.take())
                        .isInstanceOfSatisfying(
                                CallException.Failed.class,
                                failed -> assertThat(failed).hasMessageContaining("no sign of life"));
            }
            link.cut(false);
            assertThat(toSshd.call("svc", Caller.silent())).isZero();
            assertThat(toQair.call("echo+3", Caller.silent())).isEqualTo(3);
        }
    }

    @Test
    void aCutThatHealsInTimeIsNotNoticed() throws Exception {
        try (NetworkLink link = Tools.link(Duration.ZERO, 0);
                EndpointFixture far = EndpointFixture.at(link, sub("far"));
                TransportFixture near = new TransportFixture(with(far.peer(), Duration.ofSeconds(60)))) {
            BlockedInput input = new BlockedInput();
            Caller caller = new Caller(input);
            Thread call = near.callInThread("echo+2", caller);
            near.awaitReadyChannel();
            link.cut(true);
            input.say("said while the link was cut");
            link.cut(false);
            call.join();
            assertThat(near.outcomes.take()).isEqualTo(2);
            assertThat(caller.text()).isEqualTo("said while the link was cut");
        }
    }

    @Test
    void fortyMillisecondsAndOnePercentLossChangeNoByte() throws Exception {
        byte[] bytes = random(1_000_000);
        try (NetworkLink link = Tools.link(Duration.ofMillis(20), 0.01);
                SshdFixture sshd = new SshdFixture(sub("sshd"), link, "cat; exit 9");
                EndpointFixture qair = EndpointFixture.at(link, sub("qair"));
                TransportFixture toSshd = new TransportFixture(with(sshd.peer(), Duration.ofSeconds(15)));
                TransportFixture toQair = new TransportFixture(with(qair.peer(), Duration.ofSeconds(15)))) {
            List<Caller> callers = new ArrayList<>();
            List<Thread> calls = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                Caller caller = new Caller(new ByteArrayInputStream(bytes, 0, bytes.length >> i));
                callers.add(caller);
                calls.add(toQair.callInThread("echo+9", caller));
                Caller second = new Caller(new ByteArrayInputStream(bytes, 0, bytes.length >> i));
                callers.add(second);
                calls.add(toSshd.callInThread("svc", second));
            }
            for (Thread call : calls) {
                call.join();
            }
            assertThat(toQair.outcomes).hasSize(10).containsOnly(9);
            assertThat(toSshd.outcomes).hasSize(10).containsOnly(9);
            for (int i = 0; i < callers.size(); i++) {
                assertThat(callers.get(i).bytes()).isEqualTo(Arrays.copyOf(bytes, bytes.length >> (i / 2)));
            }
        }
    }

    @Test
    void aPeerInANetworkThatOnlyAJumpHostReaches() throws Exception {
        try (NetworkLink outer = Tools.link(Duration.ZERO, 0);
                NetworkLink hidden = Tools.link(Duration.ZERO, 0);
                SshdFixture jump = new SshdFixture(sub("jump"), outer, "exit 99");
                EndpointFixture far = EndpointFixture.at(hidden, sub("far"))) {
            hidden.moveNearEndTo(outer);
            PeerLimits quick = new PeerLimits(
                    Duration.ofSeconds(2),
                    1,
                    10,
                    Duration.ofSeconds(Tools.PATIENCE_SECONDS),
                    Duration.ofSeconds(15),
                    2);
            Hop last = ((Destination.Hops) far.peer().destination()).hops().getFirst();
            try (TransportFixture direct =
                    new TransportFixture(new Peer("far", new Destination.Hops(List.of(last)), quick))) {
                assertThatThrownBy(() -> direct.call("echo", Caller.silent())).isInstanceOf(CallException.Failed.class);
            }
            Destination through = new Destination.Hops(List.of(jump.hop(), last));
            try (TransportFixture near = new TransportFixture(new Peer("far", through, PeerLimits.DEFAULT))) {
                assertThat(near.call("echo+8", Caller.silent())).isEqualTo(8);
                Thread call = near.callInThread("wait", new Caller(new BlockedInput()));
                assertThat(far.switchboard.events.poll(Tools.PATIENCE_SECONDS, TimeUnit.SECONDS))
                        .isEqualTo("started");
                call.interrupt();
                call.join();
            }
        }
    }

    @Test
    void aPeerBehindTwoNetworksOfWhichEachIsReachedFromTheOneBeforeAlone() throws Exception {
        byte[] bytes = random(300_000);
        try (NetworkLink first = Tools.link(Duration.ofMillis(5), 0);
                NetworkLink second = Tools.link(Duration.ofMillis(5), 0);
                NetworkLink third = Tools.link(Duration.ofMillis(5), 0);
                SshdFixture outer = new SshdFixture(sub("outer"), first, "exit 99");
                SshdFixture inner = new SshdFixture(sub("inner"), second, "exit 99");
                EndpointFixture far = EndpointFixture.at(third, sub("far"))) {
            second.moveNearEndTo(first);
            third.moveNearEndTo(second);
            Hop last = ((Destination.Hops) far.peer().destination()).hops().getFirst();
            Destination through = new Destination.Hops(List.of(outer.hop(), inner.hop(), last));
            try (TransportFixture near =
                    new TransportFixture(with(new Peer("far", through, PeerLimits.DEFAULT), Duration.ofSeconds(1)))) {
                Caller caller = new Caller(new ByteArrayInputStream(bytes));
                assertThat(near.call("echo+8", caller)).isEqualTo(8);
                assertThat(caller.bytes()).isEqualTo(bytes);
                Thread call = near.callInThread("wait", new Caller(new BlockedInput()));
                assertThat(far.switchboard.events.poll(Tools.PATIENCE_SECONDS, TimeUnit.SECONDS))
                        .isEqualTo("started");
                third.cut(true);
                call.join();
                assertThat(near.outcomes.take()).isInstanceOf(CallException.Failed.class);
                third.cut(false);
                assertThat(near.call("echo+9", Caller.silent())).isEqualTo(9);
            }
        }
    }
}
