package org.qair.registry.admin;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The events that one listener has not been sent yet. It holds nobody up and does not grow without limit: a listener that is more
 * than 10,000 events or 8 MiB behind is cut off, because it has missed something. For one listener and many that tell.
 */
final class EventQueue {
    static final int MOST_EVENTS = 10_000;
    static final int MOST_BYTES = 8 * 1024 * 1024;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition news = lock.newCondition();
    private final Deque<AdminEvent> waiting = new ArrayDeque<>();
    private int bytes;
    private boolean behind;

    /** Puts an event at the end. */
    void add(AdminEvent event) {
        lock.lock();
        try {
            behind = behind || waiting.size() == MOST_EVENTS || bytes + event.size() > MOST_BYTES;
            if (behind) {
                waiting.clear();
            } else {
                waiting.add(event);
                bytes += event.size();
            }
            news.signal();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits for the next event.
     *
     * @throws IOException when the listener is too far behind
     */
    AdminEvent take() throws IOException, InterruptedException {
        lock.lockInterruptibly();
        try {
            while (waiting.isEmpty() && !behind) {
                news.await();
            }
            if (behind) {
                throw new IOException("a listener for events is more than %d events or %d bytes behind"
                        .formatted(MOST_EVENTS, MOST_BYTES));
            }
            AdminEvent next = waiting.remove();
            bytes -= next.size();
            return next;
        } finally {
            lock.unlock();
        }
    }
}
