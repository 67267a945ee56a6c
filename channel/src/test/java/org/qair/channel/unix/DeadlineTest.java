package org.qair.channel.unix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class DeadlineTest {
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Closeable victim = closed::countDown;

    private int blockUntilClosed() throws IOException {
        try {
            closed.await();
        } catch (InterruptedException stopped) {
            throw new IOException(stopped);
        }
        throw new IOException("closed");
    }

    @Test
    void workThatIsLateIsEndedAndNamed() {
        assertThatThrownBy(() -> Deadline.within(Duration.ofMillis(20), victim, "nothing came", this::blockUntilClosed))
                .isInstanceOf(IOException.class)
                .hasMessage("nothing came within 20 ms")
                .hasRootCauseMessage("closed");
    }

    @Test
    void workThatIsInTimeIsLeftAlone() throws Exception {
        assertThat(Deadline.within(Duration.ofMinutes(2), victim, "late", () -> "done"))
                .isEqualTo("done");
        assertThatThrownBy(() -> Deadline.within(Duration.ofMinutes(2), victim, "late", () -> {
                    throw new IOException("broken");
                }))
                .hasMessage("broken");
        assertThat(closed.getCount()).isEqualTo(1);
    }

    @Test
    void whatCannotBeClosedDoesNotStopTheClock() throws Exception {
        AtomicBoolean tried = new AtomicBoolean();
        CountDownLatch after = new CountDownLatch(1);
        try (Deadline first = new Deadline(Duration.ofMillis(1), () -> {
                    tried.set(true);
                    throw new IOException("already broken");
                });
                Deadline second = new Deadline(Duration.ofMillis(2), after::countDown)) {
            after.await();
            assertThat(tried).isTrue();
            assertThat(first.expired()).isTrue();
            assertThat(second.expired()).isTrue();
        }
    }
}
