package org.qair.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.qair.relay.keys.SshKeys;
import org.qair.relay.peer.Peer;
import org.qair.relay.peer.PeerLimits;

class CallLimitTest {
    private final AtomicLong clock = new AtomicLong();

    private static Peer peer(int callsPerConnection) {
        Peer peer = Peer.of("far", "h", 22, "u", List.of(SshKeys.generate().getPublic()), Path.of("/k"));
        Duration any = Duration.ofSeconds(1);
        return new Peer("far", peer.destination(), new PeerLimits(any, 1, callsPerConnection, any, any, 1));
    }

    @Test
    void whatWasOpenWhenOneWasRefusedIsTheLimit() {
        CallLimit limit = new CallLimit(peer(100), clock::get);
        assertThat(limit.value()).isEqualTo(100);
        limit.refused(10);
        assertThat(limit.value()).isEqualTo(10);
        limit.refused(12);
        assertThat(limit.value()).isEqualTo(10);
    }

    @Test
    void aRefusalBeforeAnyWasOpenSaysNothing() {
        CallLimit limit = new CallLimit(peer(100), clock::get);
        limit.refused(0);
        assertThat(limit.value()).isEqualTo(100);
    }

    @Test
    void thoseThatWereStillBeingOpenedRaiseIt() {
        CallLimit limit = new CallLimit(peer(100), clock::get);
        assertThat(limit.raisedTo(5)).as("nothing was refused yet").isFalse();
        limit.refused(7);
        assertThat(limit.raisedTo(10)).isTrue();
        assertThat(limit.value()).isEqualTo(10);
        assertThat(limit.raisedTo(9)).isFalse();
    }

    @Test
    void whatWasLearntTooLowHeals() {
        CallLimit limit = new CallLimit(peer(4), clock::get);
        assertThat(limit.tryOneMore()).as("nothing was learnt").isFalse();
        limit.refused(2);
        assertThat(limit.tryOneMore()).as("just refused").isFalse();
        clock.addAndGet(Duration.ofSeconds(1).toNanos());
        assertThat(limit.tryOneMore()).isTrue();
        assertThat(limit.value()).isEqualTo(3);
        clock.addAndGet(Duration.ofSeconds(1).toNanos());
        assertThat(limit.tryOneMore()).isTrue();
        assertThat(limit.value()).isEqualTo(4);
        assertThat(limit.tryOneMore()).as("not above what is wanted").isFalse();
        limit.forget();
        assertThat(limit.value()).isEqualTo(4);
    }
}
