package org.qair.host.limits;

import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.qair.call.PlainStreams;
import org.qair.call.Streams;

/** What one admitted call may use. Closing it, at the call's end, counts the call out. */
public final class Allotment implements AutoCloseable {
    private static final String BEFORE = "over the limit of `%s`: ";

    private final List<Limit> limits;
    private final List<Runnable> release;
    private boolean closed;

    Allotment(List<Limit> limits, List<Runnable> release) {
        this.limits = List.copyOf(limits);
        this.release = List.copyOf(release);
    }

    /** Without any limit. */
    public static Allotment unlimited() {
        return new Allotment(List.of(), List.of());
    }

    /** Whether the call's bytes have to pass the host, because something counts them. */
    public boolean needsBytes() {
        return limits.stream().anyMatch(Limit::needsBytes);
    }

    /** The same, or because something ends the call after a time. */
    public boolean needsHost() {
        return needsBytes() || limits.stream().anyMatch(limit -> limit.time().isPresent());
    }

    /** Begins the time of a call that the current thread runs. */
    public Running begin() {
        Breach breach = new Breach(Thread.currentThread());
        List<Thread> timers = new ArrayList<>();
        for (Limit limit : limits) {
            limit.time().ifPresent(time -> timers.add(timer(limit, time, breach)));
        }
        return new Running(breach, timers);
    }

    private static Thread timer(Limit limit, Duration time, Breach breach) {
        return Thread.ofVirtual().name("limit of time").start(() -> {
            try {
                Thread.sleep(time);
                breach.happened(BEFORE.formatted(limit.calls()) + "it ran for %d s".formatted(time.toSeconds()));
            } catch (InterruptedException ended) {
                Thread.currentThread().interrupt();
            }
        });
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            release.forEach(Runnable::run);
        }
    }

    /** A call that runs. */
    public final class Running implements AutoCloseable {
        private final Breach breach;
        private final List<Thread> timers;

        private Running(Breach breach, List<Thread> timers) {
            this.breach = breach;
            this.timers = timers;
        }

        /** Why it had to end, when it had to. */
        public Optional<String> breach() {
            return breach.reason();
        }

        /** Ends it for a reason that is no limit. */
        public void end(String reason) {
            breach.happened(reason);
        }

        /** The streams for the service, of which nothing passes that is over a limit. */
        public Streams metered(Streams streams) {
            if (limits.isEmpty()) {
                return streams;
            }
            InputStream stdin = streams.stdin();
            OutputStream stdout = streams.stdout();
            OutputStream stderr = streams.stderr();
            for (Limit limit : limits) {
                if (limit.bytesIn().isPresent() || limit.direction() == Direction.OUT) {
                    stdin = MeteredInput.of(stdin, in(limit));
                }
                if (limit.bytesOut().isPresent() || limit.direction() == Direction.IN) {
                    ByteMeter both = out(limit);
                    stdout = MeteredOutput.of(stdout, both);
                    stderr = MeteredOutput.of(stderr, both);
                }
            }
            return new PlainStreams(stdin, stdout, stderr);
        }

        private ByteMeter in(Limit limit) {
            boolean none = limit.direction() == Direction.OUT;
            long most = none ? 0 : limit.bytesIn().orElse(Long.MAX_VALUE);
            return meter(
                    limit,
                    most,
                    none ? "data may only come from the service" : "more than %d bytes in".formatted(most));
        }

        private ByteMeter out(Limit limit) {
            boolean none = limit.direction() == Direction.IN;
            long most = none ? 0 : limit.bytesOut().orElse(Long.MAX_VALUE);
            return meter(
                    limit, most, none ? "data may only go to the service" : "more than %d bytes out".formatted(most));
        }

        private ByteMeter meter(Limit limit, long most, String reason) {
            return new ByteLimit(most, breach, BEFORE.formatted(limit.calls()) + reason);
        }

        /** Stops the time; for the thread that began it. */
        @Override
        public void close() {
            breach.callEnded();
            timers.forEach(Thread::interrupt);
        }
    }
}
