package org.qair.channel.unix;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class AlarmsTest {
    private static final long SOON = Duration.ofMillis(5).toNanos();
    private static final long NEVER = Duration.ofDays(1).toNanos();

    private final Alarms alarms = Alarms.start("alarms of a test");
    private final BlockingQueue<String> done = new LinkedBlockingQueue<>();

    @Test
    void anEarlierOneComesFirstThoughItWasSetLater() throws Exception {
        alarms.set(NEVER, () -> done.add("never"));
        alarms.set(SOON * 20, () -> done.add("later"));
        alarms.set(SOON, () -> done.add("soon"));
        assertThat(done.take()).isEqualTo("soon");
        assertThat(done.take()).isEqualTo("later");
        assertThat(done).isEmpty();
    }

    @Test
    void oneThatIsTakenBackDoesNotCome() throws Exception {
        alarms.set(SOON, () -> done.add("taken back")).takeBack();
        alarms.set(SOON * 2, () -> done.add("kept"));
        assertThat(done.take()).isEqualTo("kept");
    }

    @Test
    void takingBackTooLateDoesNoHarm() throws Exception {
        Alarms.Pending first = alarms.set(0, () -> done.add("first"));
        assertThat(done.take()).isEqualTo("first");
        first.takeBack();
        alarms.set(0, () -> done.add("second"));
        assertThat(done.take()).isEqualTo("second");
    }

    @Test
    void oneThatIsSetByTheWorkOfAnotherComes() throws Exception {
        alarms.set(NEVER, () -> done.add("never"));
        alarms.set(0, () -> alarms.set(SOON, () -> done.add("set by work")));
        assertThat(done.take()).isEqualTo("set by work");
    }

    @Test
    void twoOfTheSameMomentComeBoth() throws Exception {
        CountDownLatch all = new CountDownLatch(1_000);
        for (int i = 0; i < 1_000; i++) {
            alarms.set(SOON, all::countDown);
        }
        all.await();
    }

    @Test
    void workThatFailsDoesNotStopTheOthers() throws Exception {
        alarms.set(0, () -> {
            throw new IllegalStateException("fails, as the test wants");
        });
        alarms.set(SOON, () -> done.add("after it"));
        assertThat(done.take()).isEqualTo("after it");
    }
}
