package org.qair.host.settings;

import java.time.Duration;
import java.util.Optional;
import org.qair.relay.incoming.RelayLimits;

/**
 * What a relay may use of this host, as far as a table says it: {@code [endpoint]} for all relays, that of a relay for it alone.
 *
 * @param callBytes how many bytes one call may move in each direction
 * @param callTime how long one call may run
 */
public record RelayUse(
        Optional<Integer> connections,
        Optional<Integer> calls,
        Optional<Integer> callsPerSecond,
        Optional<Long> callBytes,
        Optional<Duration> callTime) {
    /** Says nothing. */
    public static final RelayUse USUAL =
            new RelayUse(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

    static final String[] KEYS = {
        "max-connections", "max-calls", "max-calls-per-second", "max-call-bytes", "max-call-seconds"
    };

    private static final int MOST = 1_000_000;
    private static final int MOST_SECONDS = 10 * 366 * 24 * 3600;

    static RelayUse read(SettingsTable table) {
        return new RelayUse(
                table.number("max-connections", 1, MOST).map(Math::toIntExact),
                table.number("max-calls", 1, MOST).map(Math::toIntExact),
                table.number("max-calls-per-second", 1, MOST).map(Math::toIntExact),
                table.number("max-call-bytes", 1, Long.MAX_VALUE),
                table.number("max-call-seconds", 1, MOST_SECONDS).map(Duration::ofSeconds));
    }

    /** With what another says where this says nothing. */
    public RelayUse or(RelayUse other) {
        return new RelayUse(
                connections.or(other::connections),
                calls.or(other::calls),
                callsPerSecond.or(other::callsPerSecond),
                callBytes.or(other::callBytes),
                callTime.or(other::callTime));
    }

    /** The part that the endpoint keeps. */
    public RelayLimits limits() {
        return new RelayLimits(
                connections.orElse(RelayLimits.DEFAULT.connections()),
                calls.orElse(RelayLimits.DEFAULT.calls()),
                callsPerSecond);
    }
}
