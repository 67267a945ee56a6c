package org.qair.call;

import java.util.Optional;

/**
 * What travels beside a call between hosts. All of it is what the one that sent it says; a relay or a far end that knows nothing of it
 * leaves it out.
 *
 * @param hops the relays that the call has come through, 0 to {@link Hops#LIMIT}
 * @param call what the call is known by on the host that it began at
 * @param statement what that host has signed of it, in the form that it travels in
 * @param trace an OpenTelemetry trace context ({@code traceparent})
 */
public record CallContext(int hops, Optional<String> call, Optional<String> statement, Optional<String> trace) {
    /** The longest part, in characters. */
    public static final int MAX_PART = 1_024;

    /** That of a call that begins here. */
    public static final CallContext NONE = new CallContext(0, Optional.empty(), Optional.empty(), Optional.empty());

    /** One relay further. */
    public CallContext next() {
        return new CallContext(hops + 1, call, statement, trace);
    }

    /** With another statement, or none. */
    public CallContext with(Optional<String> other) {
        return new CallContext(hops, call, other, trace);
    }
}
