package org.qair.host.limits;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Why one call has to end before its service does: the first reason there is. Safe for use by many threads. */
public final class Breach {
    private final AtomicReference<@Nullable String> reason = new AtomicReference<>();
    private final Thread runner;

    /** @param runner the thread that runs the call, which is interrupted */
    Breach(Thread runner) {
        this.runner = runner;
    }

    /** Ends the call. */
    void happened(String why) {
        if (reason.compareAndSet(null, why)) {
            runner.interrupt();
        }
    }

    /** The reason, for the audit and the log. */
    public Optional<String> reason() {
        return Optional.ofNullable(reason.get());
    }
}
