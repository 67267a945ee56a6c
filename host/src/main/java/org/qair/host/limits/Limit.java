package org.qair.host.limits;

import java.time.Duration;
import java.util.Optional;
import org.qair.policy.QubeName;

/**
 * One limit of the settings. Every one that matches a call holds for it. Numbers of calls are counted for each source apart, so that
 * one cannot use up another's.
 *
 * @param calls which calls it is for
 * @param time how long one may run
 * @param bytesIn how many bytes its service may get
 * @param bytesOut how many bytes of output and error output together its service may send
 * @param direction which way data may go
 * @param perMinute how many a source may begin within a minute
 * @param atOnce how many of a source may run at once
 */
public record Limit(
        CallPattern calls,
        Optional<Duration> time,
        Optional<Long> bytesIn,
        Optional<Long> bytesOut,
        Direction direction,
        Optional<Integer> perMinute,
        Optional<Integer> atOnce) {

    /**
     * What holds for each call that comes by a relay.
     *
     * @param bytes in each direction
     */
    public static Limit ofRelay(QubeName relay, Optional<Duration> time, Optional<Long> bytes) {
        return new Limit(
                CallPattern.ofRelay(relay), time, bytes, bytes, Direction.BOTH, Optional.empty(), Optional.empty());
    }

    /** Whether the call's bytes have to pass the host to keep it. */
    boolean needsBytes() {
        return bytesIn.isPresent() || bytesOut.isPresent() || direction != Direction.BOTH;
    }
}
