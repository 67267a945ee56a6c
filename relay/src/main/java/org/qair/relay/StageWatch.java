package org.qair.relay;

import java.time.Duration;
import java.util.Optional;

/** Times the stages of one call. Used by the call's thread alone. */
final class StageWatch {
    private final long begun = System.nanoTime();
    private long connecting;
    private long placed = begun;

    /** The wait for the peer's first connection took this many nanoseconds. */
    void connected(long nanos) {
        connecting += nanos;
    }

    /** The call has a place on a connection; a later one takes the place of this one. */
    void placed() {
        placed = System.nanoTime();
    }

    /** What is known when the call ends without a channel. */
    CallStages withoutChannel() {
        return stages(System.nanoTime(), Optional.empty(), Optional.empty());
    }

    CallStages with(CallChannel channel) {
        Optional<Duration> open = channel.requestedAt().map(at -> Duration.ofNanos(at - placed));
        Optional<Duration> answer =
                channel.requestedAt().flatMap(sent -> channel.answeredAt().map(at -> Duration.ofNanos(at - sent)));
        return stages(placed, open, answer);
    }

    private CallStages stages(long until, Optional<Duration> open, Optional<Duration> firstByte) {
        Duration connect = Duration.ofNanos(connecting);
        return new CallStages(Duration.ofNanos(until - begun).minus(connect), connect, open, firstByte);
    }
}
