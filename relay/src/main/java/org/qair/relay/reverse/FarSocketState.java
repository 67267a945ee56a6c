package org.qair.relay.reverse;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** What is known of one far socket, and whether somebody wants it to be tried again. Thread-safe. */
final class FarSocketState {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private FarSocket known = new FarSocket.Waiting();
    private boolean wanted;

    void becomes(FarSocket now) {
        lock.lock();
        try {
            known = now;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** What it is now; one that was refused is tried again first, and what is not known yet is waited for. */
    FarSocket fresh(Duration patience) throws InterruptedException {
        long left = patience.toNanos();
        lock.lockInterruptibly();
        try {
            if (known instanceof FarSocket.Refused) {
                known = new FarSocket.Waiting();
                wanted = true;
                changed.signalAll();
            }
            while (known instanceof FarSocket.Waiting && left > 0) {
                left = changed.awaitNanos(left);
            }
            return known;
        } finally {
            lock.unlock();
        }
    }

    /** Waits while it is refused and nobody wants it tried again; true when somebody does. */
    boolean awaitWish(Duration atMost) throws InterruptedException {
        long left = atMost.toNanos();
        lock.lockInterruptibly();
        try {
            while (!wanted && known instanceof FarSocket.Refused && left > 0) {
                left = changed.awaitNanos(left);
            }
            boolean wish = wanted;
            wanted = false;
            return wish;
        } finally {
            lock.unlock();
        }
    }
}
