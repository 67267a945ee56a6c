package org.qair.channel;

import java.io.IOException;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * Trying again until something is there: first after 0.1 ms, then more slowly, at most every 10 ms. For what tells nobody that it
 * has come.
 */
public final class Patience {
    private static final Duration FIRST_PAUSE = Duration.of(100, ChronoUnit.MICROS);
    private static final Duration LONGEST_PAUSE = Duration.ofMillis(10);

    private final long end;

    private Patience(Duration limit) {
        end = System.nanoTime() + limit.toNanos();
    }

    /** One that lasts for {@code limit} from now on, or for one attempt when that is zero. */
    public static Patience of(Duration limit) {
        return new Patience(limit);
    }

    /** What is tried. */
    @FunctionalInterface
    public interface Attempt<T> {
        Optional<T> run() throws IOException, InterruptedException;
    }

    /** Tries until it gives something; empty when it did not in time. */
    public <T> Optional<T> await(Attempt<T> attempt) throws IOException, InterruptedException {
        for (Duration pause = FIRST_PAUSE; ; pause = longer(pause)) {
            Optional<T> found = attempt.run();
            if (found.isPresent() || System.nanoTime() - end >= 0) {
                return found;
            }
            Thread.sleep(pause);
        }
    }

    private static Duration longer(Duration pause) {
        Duration next = pause.multipliedBy(5).dividedBy(4);
        return next.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : next;
    }
}
