package org.qair.host.agents;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.qair.channel.ControlChannel;
import org.qair.protocol.Message;

/**
 * What is to be sent on a control channel, sent by a thread of its own: no call waits for an agent that does not read, and no
 * call that is cut off breaks the channel. Safe for use by many threads.
 */
final class SendQueue {
    /** More bytes than this wait for an agent that reads none: it is given up. */
    static final int LIMIT = 8 << 20;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Deque<Message> messages = new ArrayDeque<>();
    private int bytes;
    private boolean closed;

    /**
     * Adds a message.
     *
     * @return false when the channel has ended, or is given up by this
     */
    boolean add(Message message) {
        lock.lock();
        try {
            if (closed || bytes + size(message) > LIMIT) {
                close();
                return false;
            }
            messages.add(message);
            bytes += size(message);
            changed.signal();
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Nothing more is taken or sent. */
    void close() {
        lock.lock();
        try {
            closed = true;
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    /** Sends what is added until it is closed; the channel is closed when this returns or throws. */
    void sendTo(ControlChannel channel) throws IOException, InterruptedException {
        try (channel) {
            for (Optional<Message> next = next(); next.isPresent(); next = next()) {
                channel.send(next.get());
            }
        } finally {
            close();
        }
    }

    /** With what an object takes beside its bytes. */
    private static int size(Message message) {
        return message.bodyLength() + 100;
    }

    private Optional<Message> next() throws InterruptedException {
        lock.lock();
        try {
            while (messages.isEmpty() && !closed) {
                changed.await();
            }
            if (closed) {
                return Optional.empty();
            }
            Message next = messages.remove();
            bytes -= size(next);
            return Optional.of(next);
        } finally {
            lock.unlock();
        }
    }
}
