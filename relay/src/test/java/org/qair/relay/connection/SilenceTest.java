package org.qair.relay.connection;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class SilenceTest {
    private static final Duration INTERVAL = Duration.ofSeconds(15);
    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    private final Silence silence = new Silence(INTERVAL, 2);

    @Test
    void whoSaysSomethingIsNotAsked() {
        for (long now = 0; now < 1000 * SECOND; now += 10 * SECOND) {
            assertThat(silence.at(now, now - SECOND)).isEqualTo(new Silence.Step.Wait(Duration.ofSeconds(14)));
        }
    }

    @Test
    void whoSaysNothingIsAskedTwiceAndGivenUp() {
        assertThat(silence.at(15 * SECOND, 0)).isInstanceOf(Silence.Step.Ask.class);
        assertThat(silence.at(30 * SECOND, 0)).isInstanceOf(Silence.Step.Ask.class);
        assertThat(silence.at(45 * SECOND, 0)).isEqualTo(new Silence.Step.GiveUp(Duration.ofSeconds(45)));
    }

    /** Each look is later than an interval after the answer, as on a busy machine whose peer is near. */
    @Test
    void whoAnswersEachTimeIsNeverGivenUp() {
        long heard = 0;
        for (int i = 0; i < 1000; i++) {
            long now = heard + 16 * SECOND;
            assertThat(silence.at(now, heard)).isInstanceOf(Silence.Step.Ask.class);
            heard = now + SECOND / 1000;
        }
    }

    @Test
    void anAnswerToTheSecondQuestionBeginsAnew() {
        assertThat(silence.at(15 * SECOND, 0)).isInstanceOf(Silence.Step.Ask.class);
        assertThat(silence.at(30 * SECOND, 0)).isInstanceOf(Silence.Step.Ask.class);
        long heard = 31 * SECOND;
        assertThat(silence.at(45 * SECOND, heard)).isEqualTo(new Silence.Step.Wait(Duration.ofSeconds(1)));
        assertThat(silence.at(46 * SECOND, heard)).isInstanceOf(Silence.Step.Ask.class);
        assertThat(silence.at(61 * SECOND, heard)).isInstanceOf(Silence.Step.Ask.class);
        assertThat(silence.at(76 * SECOND, heard)).isInstanceOf(Silence.Step.GiveUp.class);
    }
}
