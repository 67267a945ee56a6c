package org.qair.exec;

import java.util.concurrent.locks.LockSupport;

/**
 * Whether what is read comes in a steady flow, and then waits a moment between reads: a reader that wakes up for each small piece
 * that a fast writer writes costs both more than the pieces. What comes now and then is never held up. For one thread.
 */
final class Flow {
    private static final long AT_ONCE_NANOS = 50_000;
    private static final int STEADY = 32;
    private static final long PAUSE_NANOS = 20_000; // the kernel adds about 50,000

    private final Runnable begins;
    private int reads;

    /** @param begins what is done once such a flow begins */
    Flow(Runnable begins) {
        this.begins = begins;
    }

    /** A read took that long. */
    void waited(long nanos) {
        reads = nanos < AT_ONCE_NANOS ? reads + 1 : 0;
    }

    /** Waits in a flow, so that the next read finds more. */
    void gather() {
        if (reads == STEADY) {
            begins.run();
        }
        if (reads >= STEADY) {
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }
}
