package org.qair.channel.vsock;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.qair.channel.HangupWatch;

/** Waiting for a descriptor that does not block, in a thread that may be virtual; ended from any thread. For one waiting at a time. */
final class Readiness {
    private CountDownLatch waiting = new CountDownLatch(1);
    private boolean ended;

    /** Waits until something can be accepted, or {@link #end}. */
    void awaitReadable(VsockSocket socket) throws IOException {
        CountDownLatch ready = begin();
        try (HangupWatch.Watch _ = HangupWatch.readable(socket.descriptor(), ready::countDown)) {
            ready.await();
        } catch (InterruptedException interrupt) {
            Thread.currentThread().interrupt();
            throw new ClosedByInterruptException();
        }
    }

    /** Waits until a connection is made or has failed; false when neither came in time. */
    static boolean awaitConnected(VsockSocket socket, Duration limit) throws IOException, InterruptedException {
        CountDownLatch ready = new CountDownLatch(1);
        try (HangupWatch.Watch _ = HangupWatch.writable(socket.descriptor(), ready::countDown)) {
            return ready.await(limit.toNanos(), TimeUnit.NANOSECONDS);
        }
    }

    private synchronized CountDownLatch begin() {
        waiting = new CountDownLatch(ended ? 0 : 1);
        return waiting;
    }

    /** Ends the wait, and all that would follow. */
    synchronized void end() {
        ended = true;
        waiting.countDown();
    }

    synchronized boolean hasEnded() {
        return ended;
    }
}
