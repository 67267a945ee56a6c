package org.qair.agent;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** The host that is connected now, if one is. Safe for use by many threads. */
final class Hosts {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition connected = lock.newCondition();
    private Optional<HostLink> current = Optional.empty();

    void set(Optional<HostLink> host) {
        lock.lock();
        try {
            current = host;
            connected.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** The one that is connected, or connects within {@code limit}. */
    Optional<HostLink> await(Duration limit) throws InterruptedException {
        lock.lock();
        try {
            long left = limit.toNanos();
            while (current.isEmpty() && left > 0) {
                left = connected.awaitNanos(left);
            }
            return current;
        } finally {
            lock.unlock();
        }
    }
}
