package org.qair.host.settings;

import java.time.Duration;
import java.util.Optional;
import org.qair.host.limits.CallPattern;
import org.qair.host.limits.Direction;
import org.qair.host.limits.Limit;

/** Reads one {@code [[limit]]}. */
final class LimitTable {
    private static final long DAY = 86_400;
    private static final int MOST_CALLS = 1_000_000;

    private LimitTable() {}

    static Optional<Limit> read(SettingsTable table) {
        table.allow("calls", "seconds", "bytes-in", "bytes-out", "direction", "per-minute", "at-once");
        Optional<CallPattern> calls = table.required("calls").flatMap(text -> pattern(table, text));
        Optional<Duration> time = table.number("seconds", 1, DAY).map(Duration::ofSeconds);
        Optional<Long> in = table.number("bytes-in", 0, Long.MAX_VALUE);
        Optional<Long> out = table.number("bytes-out", 0, Long.MAX_VALUE);
        Direction direction = table.choice("direction", "both", "in", "out")
                .map(word -> switch (word) {
                    case "in" -> Direction.IN;
                    case "out" -> Direction.OUT;
                    default -> Direction.BOTH;
                })
                .orElse(Direction.BOTH);
        Optional<Integer> perMinute = table.number("per-minute", 1, MOST_CALLS).map(Long::intValue);
        Optional<Integer> atOnce = table.number("at-once", 1, MOST_CALLS).map(Long::intValue);
        return calls.map(pattern -> new Limit(pattern, time, in, out, direction, perMinute, atOnce));
    }

    private static Optional<CallPattern> pattern(SettingsTable table, String text) {
        try {
            return Optional.of(CallPattern.parse(text));
        } catch (IllegalArgumentException malformed) {
            table.fault("calls", String.valueOf(malformed.getMessage()));
            return Optional.empty();
        }
    }
}
