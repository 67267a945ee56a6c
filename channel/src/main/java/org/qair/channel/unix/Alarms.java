package org.qair.channel.unix;

import java.util.TreeSet;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The times at which something is to be done, and the one thread that waits for them. Nearly all are taken back before they come, many
 * of them each call: so the thread is not woken for one that is later than what it waits for, nor for one that is taken back.
 */
final class Alarms {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition earlier = lock.newCondition();
    private final TreeSet<Alarm> alarms = new TreeSet<>();
    private long lastNumber;
    private long waitsFor = Long.MAX_VALUE;

    /** @param time after {@link #START}, in nanoseconds: an order that does not wrap around */
    private record Alarm(long time, long number, Runnable work) implements Comparable<Alarm> {
        @Override
        public int compareTo(Alarm other) {
            int order = Long.compare(time, other.time);
            return order != 0 ? order : Long.compare(number, other.number);
        }
    }

    private static final long START = System.nanoTime();

    private static long now() {
        return System.nanoTime() - START;
    }

    /** A time that was set. */
    @FunctionalInterface
    interface Pending {
        /** Takes it back; no matter when it has come. */
        void takeBack();
    }

    /** Starts the thread, which is a daemon. */
    static Alarms start(String name) {
        Alarms started = new Alarms();
        Thread.ofPlatform().daemon().name(name).start(started::run);
        return started;
    }

    /** @param work done on the thread when the time has come; must not block */
    Pending set(long nanos, Runnable work) {
        lock.lock();
        try {
            Alarm alarm = new Alarm(now() + nanos, ++lastNumber, work);
            alarms.add(alarm);
            if (alarm.time < waitsFor) {
                earlier.signal();
            }
            return () -> takeBack(alarm);
        } finally {
            lock.unlock();
        }
    }

    private void takeBack(Alarm alarm) {
        lock.lock();
        try {
            alarms.remove(alarm);
        } finally {
            lock.unlock();
        }
    }

    private void run() {
        try {
            while (true) {
                carryOut(next());
            }
        } catch (InterruptedException nobodyDoes) {
            throw new IllegalStateException(nobodyDoes);
        }
    }

    private static void carryOut(Runnable work) {
        try {
            work.run();
        } catch (RuntimeException fault) {
            Thread.currentThread().getUncaughtExceptionHandler().uncaughtException(Thread.currentThread(), fault);
        }
    }

    private Runnable next() throws InterruptedException {
        lock.lock();
        try {
            while (alarms.isEmpty() || alarms.first().time > now()) {
                waitsFor = alarms.isEmpty() ? Long.MAX_VALUE : alarms.first().time;
                long ignored = earlier.awaitNanos(waitsFor - now());
            }
            waitsFor = Long.MIN_VALUE; // awake: it looks for itself
            return alarms.removeFirst().work;
        } finally {
            lock.unlock();
        }
    }
}
