package org.qair.call;

/**
 * How many relays a call has come through. Hosts may name each other as the way to the same RemoteVM, by mistake or by
 * design; a count that travels with the call ends one that goes in circles.
 */
public final class Hops {
    /** A call that has come through so many is not relayed once more. */
    public static final int LIMIT = 8;

    private Hops() {}

    /** Reads a count that came from outside; what is none counts as {@link #LIMIT}. */
    public static int parse(String text) {
        return text.matches("[1-9]") ? Math.min(LIMIT, Integer.parseInt(text)) : LIMIT;
    }
}
