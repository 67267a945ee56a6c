package org.qair.registry.qubesdb;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.qair.protocol.QubesDbMessage;

/**
 * What waits to be sent on one connection. Replies wait in order, and whoever makes them waits while there are many; changed
 * paths never make anybody wait, because a path that changed twice before it was sent is sent once.
 */
final class Outbox {
    private static final int MOST_REPLIES = 256;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Deque<QubesDbMessage> replies = new ArrayDeque<>();
    private final Set<String> paths = new LinkedHashSet<>();
    private boolean closed;

    /** Adds a reply, once there is room. */
    void reply(QubesDbMessage message) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (replies.size() >= MOST_REPLIES && !closed) {
                changed.await();
            }
            replies.add(message);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Says that the entry of a watched path changed. */
    void push(String path) {
        lock.lock();
        try {
            paths.add(path);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Waits for the next message. Replies first: their client waits for them. Null once all is sent and it is closed. */
    @Nullable
    QubesDbMessage next() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (replies.isEmpty() && paths.isEmpty()) {
                if (closed) {
                    return null;
                }
                changed.await();
            }
            changed.signalAll();
            if (!replies.isEmpty()) {
                return replies.remove();
            }
            Iterator<String> first = paths.iterator();
            String path = first.next();
            first.remove();
            return QubesDbMessage.of(QubesDbMessage.Type.R_WATCH, path);
        } finally {
            lock.unlock();
        }
    }

    /** Says that no more will come. */
    void close() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
