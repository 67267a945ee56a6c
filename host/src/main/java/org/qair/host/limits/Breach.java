package org.qair.host.limits;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Why one call has to end before its service does: the first reason there is. Safe for use by many threads. */
public final class Breach {
    private final Thread runner;
    private @Nullable String reason;
    private boolean over;

    /** @param runner the thread that runs the call, which is interrupted */
    Breach(Thread runner) {
        this.runner = runner;
    }

    /** Ends the call, unless it has ended. */
    synchronized void happened(String why) {
        if (!over && reason == null) {
            reason = why;
            runner.interrupt();
        }
    }

    /** The call has ended: its thread is interrupted no more, and what it was interrupted for here is over. */
    synchronized void callEnded() {
        over = true;
        if (reason != null) {
            boolean ignored = Thread.interrupted();
        }
    }

    /** The reason, for the audit and the log. */
    public synchronized Optional<String> reason() {
        return Optional.ofNullable(reason);
    }
}
