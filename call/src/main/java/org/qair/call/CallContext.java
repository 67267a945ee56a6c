package org.qair.call;

import java.util.Optional;
import java.util.regex.Pattern;

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

    private static final Pattern TRACE = Pattern.compile("[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}");

    /** Whether a text has the form of a trace context: W3C Trace Context, {@code traceparent}. */
    public static boolean isTrace(String text) {
        return TRACE.matcher(text).matches();
    }

    /** One that begins here, as part of a trace. */
    public static CallContext traced(Optional<String> trace) {
        return new CallContext(0, Optional.empty(), Optional.empty(), trace);
    }

    /** One relay further. */
    public CallContext next() {
        return new CallContext(hops + 1, call, statement, trace);
    }

    /** With another statement, or none. */
    public CallContext with(Optional<String> other) {
        return new CallContext(hops, call, other, trace);
    }
}
