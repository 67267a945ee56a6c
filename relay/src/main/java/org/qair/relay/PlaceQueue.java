package org.qair.relay;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.qair.call.CallException;

/**
 * The calls that wait for a place on a connection, first come, first served. Not thread-safe: used under the lock that it
 * is made with.
 */
final class PlaceQueue {
    private final ReentrantLock lock;
    private final LinkedHashSet<Waiting> calls = new LinkedHashSet<>();

    PlaceQueue(ReentrantLock lock) {
        this.lock = lock;
    }

    boolean isEmpty() {
        return calls.isEmpty();
    }

    int size() {
        return calls.size();
    }

    /** Puts a call at the end, or before all others when it has waited before. */
    Waiting add(boolean waitedBefore) {
        Waiting call = new Waiting(lock.newCondition());
        if (waitedBefore) {
            calls.addFirst(call);
        } else {
            calls.addLast(call);
        }
        return call;
    }

    void leave(Waiting call) {
        calls.remove(call);
    }

    /** Gives the place to the call that is first. */
    void serve(Place place) {
        Waiting first = calls.removeFirst();
        first.given = place;
        first.decided.signal();
    }

    /** Ends the wait of all. */
    void fail(String reason) {
        for (Waiting call : List.copyOf(calls)) {
            call.failure = reason;
            call.decided.signal();
        }
        calls.clear();
    }

    /** Notes that the peer has a connection now. */
    void connected() {
        long now = System.nanoTime();
        calls.forEach(call -> call.connectedAt = now);
    }

    /** One call in the queue. */
    static final class Waiting {
        private final Condition decided;
        private final long since = System.nanoTime();
        private long connectedAt = since;
        private @Nullable Place given;
        private @Nullable String failure;

        private Waiting(Condition decided) {
            this.decided = decided;
        }

        boolean isDecided() {
            return given != null || failure != null;
        }

        @SuppressWarnings("WaitNotInLoop") // the caller is the loop
        void await(long nanos) throws InterruptedException {
            decided.awaitNanos(nanos);
        }

        /** The place that it was given, also when its thread was interrupted at the same time. */
        @Nullable
        Place given() {
            return given;
        }

        Place place() throws CallException {
            if (given == null) {
                throw new CallException.Failed(failure == null ? "not decided" : failure);
            }
            return given;
        }

        /** Nanoseconds from its arrival to the moment when the peer had a connection. */
        long connecting() {
            return connectedAt - since;
        }
    }
}
