package org.qair.host;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.qair.call.Call;
import org.qair.call.CallException;
import org.qair.call.CallId;
import org.qair.host.audit.AuditRecord.Bytes;

/** The calls that run now, and the way to end them when the host stops. Safe for use by many threads. */
final class RunningCalls {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition empty = lock.newCondition();
    private final Map<CallId, Thread> threads = new HashMap<>();
    private final Map<CallId, Running> calls = new LinkedHashMap<>();
    private final Map<CallId, Runnable> carried = new HashMap<>();
    private boolean closed;

    /**
     * A call that runs.
     *
     * @param since when it came in
     * @param bytes how many passed so far; empty when they do not pass the host
     * @param end ends it for a reason that its audit gets
     */
    record Running(Call call, Instant since, Supplier<Optional<Bytes>> bytes, Consumer<String> end) {}

    /** A call in the list of those that run; closing it takes it out. */
    final class Entry implements AutoCloseable {
        private final CallId id;

        private Entry(CallId id) {
            this.id = id;
        }

        @Override
        public void close() {
            lock.lock();
            try {
                threads.remove(id);
                calls.remove(id);
                carried.remove(id);
                if (threads.isEmpty()) {
                    empty.signalAll();
                }
            } finally {
                lock.unlock();
            }
        }
    }

    /** Lists a call that the current thread runs. */
    Entry enter(Running running) throws CallException.Failed {
        lock.lock();
        try {
            if (closed) {
                throw new CallException.Failed("the host is stopping");
            }
            CallId id = running.call().id();
            threads.put(id, Thread.currentThread());
            calls.put(id, running);
            return new Entry(id);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Lists a call whose data do not pass the host: it goes on without a host that stops.
     *
     * @param leave says to its thread that the host does; quick
     */
    Entry enterCarried(Running running, Runnable leave) throws CallException.Failed {
        lock.lock();
        try {
            Entry entry = enter(running);
            carried.put(running.call().id(), leave);
            return entry;
        } finally {
            lock.unlock();
        }
    }

    /** Those that run now, the oldest first. */
    List<Running> list() {
        lock.lock();
        try {
            return List.copyOf(calls.values());
        } finally {
            lock.unlock();
        }
    }

    int count() {
        lock.lock();
        try {
            return threads.size();
        } finally {
            lock.unlock();
        }
    }

    /** Takes no more calls, gives those that run {@code grace} to end, then interrupts them and waits until they have ended. */
    void stop(Duration grace) throws InterruptedException {
        lock.lock();
        try {
            closed = true;
            carried.values().forEach(Runnable::run);
            if (!awaitEmpty(grace)) {
                threads.values().forEach(Thread::interrupt);
                boolean ignored = awaitEmpty(Duration.ofSeconds(10));
            }
        } finally {
            lock.unlock();
        }
    }

    private boolean awaitEmpty(Duration limit) throws InterruptedException {
        long nanos = limit.toNanos();
        while (!threads.isEmpty()) {
            if (nanos <= 0) {
                return false;
            }
            nanos = empty.awaitNanos(nanos);
        }
        return true;
    }
}
