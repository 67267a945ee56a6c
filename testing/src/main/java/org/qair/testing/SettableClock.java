package org.qair.testing;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** A clock that stands still until a test moves it. Safe for use by many threads. */
public final class SettableClock extends Clock {
    private volatile Instant now;

    /** Shows that time. */
    public SettableClock(Instant now) {
        this.now = now;
    }

    /** Shows that time from now on, which may be an earlier one. */
    public void set(Instant time) {
        now = time;
    }

    /** Lets time pass; for one thread. */
    public void pass(Duration time) {
        now = now.plus(time);
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        return this;
    }

    @Override
    public Instant instant() {
        return now;
    }
}
