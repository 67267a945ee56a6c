package org.qair.relay.incoming;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class LogBrakeTest {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    @Test
    void ofEachSubjectOneWarningASecond() {
        LogBrake brake = new LogBrake(LoggerFactory.getLogger(LogBrakeTest.class));
        assertThat(brake.turn("a", 0)).isZero();
        assertThat(brake.turn("a", 1)).isEqualTo(-1);
        assertThat(brake.turn("a", SECOND - 1)).isEqualTo(-1);
        assertThat(brake.turn("b", 2)).isZero();
        assertThat(brake.turn("a", SECOND)).as("and how many were not said").isEqualTo(2);
        assertThat(brake.turn("a", 3 * SECOND)).isZero();
        for (int i = 0; i < 5000; i++) {
            assertThat(brake.turn(i, 0)).isZero();
        }
    }
}
