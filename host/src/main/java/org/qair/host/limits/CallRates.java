package org.qair.host.limits;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.qair.policy.QubeName;

/** How many calls each source has running under one limit, and has begun within the last minute. Safe for use by many threads. */
final class CallRates {
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final Limit limit;
    private final Clock clock;
    private final Map<QubeName, Source> sources = new HashMap<>();

    CallRates(Limit limit, Clock clock) {
        this.limit = limit;
        this.clock = clock;
    }

    private static final class Source {
        private final Deque<Instant> begun = new ArrayDeque<>();
        private int running;
    }

    /** Counts one in; says what is too much when it is one too many. */
    synchronized Optional<String> begin(QubeName name) {
        Instant now = clock.instant();
        forget(now);
        Source source = sources.computeIfAbsent(name, absent -> new Source());
        if (limit.atOnce().isPresent() && source.running >= limit.atOnce().get()) {
            return over("%d calls of `%s` run already".formatted(source.running, name));
        }
        if (limit.perMinute().isPresent()) {
            if (source.begun.size() >= limit.perMinute().get()) {
                return over("`%s` has made %d calls within a minute".formatted(name, source.begun.size()));
            }
            source.begun.add(now);
        }
        source.running++;
        return Optional.empty();
    }

    private Optional<String> over(String what) {
        return Optional.of("over the limit of `%s`: %s".formatted(limit.calls(), what));
    }

    synchronized void end(QubeName name) {
        Source source = sources.get(name);
        if (source != null) {
            source.running--;
        }
    }

    /** What is older than a minute, and sources of which nothing is left. */
    private void forget(Instant now) {
        Instant old = now.minus(MINUTE);
        sources.values().removeIf(source -> {
            while (!source.begun.isEmpty() && !source.begun.peek().isAfter(old)) {
                source.begun.remove();
            }
            return source.running == 0 && source.begun.isEmpty();
        });
    }
}
