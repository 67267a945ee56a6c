package org.qair.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class BackOffTest {
    private final AtomicLong clock = new AtomicLong(-5);
    private final BackOff backOff = new BackOff(clock::get, new Random(7));

    @Test
    void theFirstTryIsDueAtOnce() {
        assertThat(backOff.left(true)).isNotPositive();
        assertThat(backOff.left(false)).isNotPositive();
    }

    @Test
    void pausesGrowToTwoSecondsForCallsAndAMinuteOtherwise() {
        Duration pause = BackOff.SHORTEST;
        for (int failure = 1; failure < 40; failure++) {
            backOff.failed();
            pause = pause.multipliedBy(2).compareTo(BackOff.LONGEST) < 0 ? pause.multipliedBy(2) : BackOff.LONGEST;
            assertThat(backOff.left(false)).isBetween(pause.toNanos() / 2, pause.toNanos());
            assertThat(backOff.left(true)).isPositive().isLessThanOrEqualTo(BackOff.LONGEST_FOR_A_CALL.toNanos());
        }
        assertThat(backOff.left(false)).isGreaterThanOrEqualTo(BackOff.LONGEST.toNanos() / 2);
    }

    @Test
    void pausesAreJittered() {
        Set<Long> pauses = new HashSet<>();
        for (int i = 0; i < 20; i++) {
            backOff.succeeded();
            backOff.failed();
            pauses.add(backOff.left(false));
        }
        assertThat(pauses).hasSizeGreaterThan(15);
    }

    @Test
    void timePasses() {
        backOff.failed();
        long left = backOff.left(true);
        clock.addAndGet(left - 1);
        assertThat(backOff.left(true)).isEqualTo(1);
        clock.incrementAndGet();
        assertThat(backOff.left(true)).isZero();
    }

    @Test
    void aSuccessForgetsTheFailures() {
        for (int i = 0; i < 10; i++) {
            backOff.failed();
        }
        backOff.succeeded();
        assertThat(backOff.left(false)).isNotPositive();
        backOff.failed();
        assertThat(backOff.left(false))
                .isLessThanOrEqualTo(BackOff.SHORTEST.multipliedBy(2).toNanos());
    }
}
