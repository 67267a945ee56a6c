package org.qair.relay;

import java.time.Duration;
import java.util.Optional;

/**
 * Whether a RemoteVM's far end can be reached, as far as it is known without trying.
 *
 * @param connections how many are open to it
 * @param silence since the far end was last heard of, when there is a connection that tells
 * @param reason why the last try to connect failed
 */
public record Reachability(State state, int connections, Optional<Duration> silence, Optional<String> reason) {
    /** In a word. */
    public enum State {
        /** There is a connection. */
        CONNECTED,
        /** There is none, and none was needed, or one was lost since. */
        IDLE,
        /** The last try failed. */
        FAILING
    }

    static Reachability connected(int connections, Optional<Duration> silence) {
        return new Reachability(State.CONNECTED, connections, silence, Optional.empty());
    }

    static Reachability without(Optional<String> failure) {
        return new Reachability(failure.isPresent() ? State.FAILING : State.IDLE, 0, Optional.empty(), failure);
    }
}
