package org.qair.host.agents;

/**
 * How much of one agent may wait for a decision: about a thousand usual requests. What one request takes is its bytes and what keeps
 * a call. Safe for use by many threads.
 */
final class Backlog {
    /** Of all that wait, in bytes. */
    static final int LIMIT = 4 << 20;

    private static final int OF_A_CALL = 4 << 10;

    private int taken;

    /** Takes room for a request of that many bytes, or says that there is none. */
    synchronized boolean take(int bytes) {
        if (taken + bytes + OF_A_CALL > LIMIT) {
            return false;
        }
        taken += bytes + OF_A_CALL;
        return true;
    }

    /** Gives it back. */
    synchronized void give(int bytes) {
        taken -= bytes + OF_A_CALL;
    }
}
