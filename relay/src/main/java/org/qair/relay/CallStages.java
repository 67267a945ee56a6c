package org.qair.relay;

import java.time.Duration;
import java.util.Optional;
import org.qair.call.CallId;

/**
 * How long each stage of a call over the transport took.
 *
 * @param queue waiting for a free place on a connection
 * @param connect waiting for the first connection to the peer; zero on a warm one
 * @param open from having a place to having sent the request; absent when it was not sent
 * @param firstByte from the request to the first byte of output or the exit code; absent when none came
 */
public record CallStages(Duration queue, Duration connect, Optional<Duration> open, Optional<Duration> firstByte) {
    /** Told at the end of each call, however it ended, in the call's own thread. Safe for use by many threads. */
    @FunctionalInterface
    public interface Listener {
        void ended(CallId call, CallStages stages);
    }
}
