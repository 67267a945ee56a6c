package org.qair.it;

import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

/** Waits for something that no event tells of. */
final class Await {
    private static final long LIMIT = TimeUnit.SECONDS.toNanos(60);
    private static final long PAUSE = TimeUnit.MILLISECONDS.toNanos(20);

    private Await() {}

    static void until(Callable<Boolean> condition) throws Exception {
        long deadline = System.nanoTime() + LIMIT;
        while (!condition.call()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("did not come to be within a minute");
            }
            java.util.concurrent.locks.LockSupport.parkNanos(PAUSE);
        }
    }
}
