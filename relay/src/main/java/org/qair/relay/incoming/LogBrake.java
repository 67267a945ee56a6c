package org.qair.relay.incoming;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;

/**
 * Warnings that strangers or relays can cause as often as they like: of each subject one a second is logged, with the number of those
 * that were not. Thread-safe.
 */
public final class LogBrake {
    private static final int MAX_SUBJECTS = 1024;
    private static final long PAUSE = TimeUnit.SECONDS.toNanos(1);

    private final Logger log;
    private final Map<Object, Said> said = new LinkedHashMap<>();

    private static final class Said {
        private long until;
        private long swallowed;
    }

    public LogBrake(Logger log) {
        this.log = log;
    }

    /**
     * Logs it now, or counts it.
     *
     * @param subject what the warning is about: those with an equal one are braked together
     */
    public void warn(Object subject, String message) {
        long swallowed = turn(subject, System.nanoTime());
        if (swallowed >= 0) {
            log.warn("{}{}", message, swallowed == 0 ? "" : " (and %d more like it)".formatted(swallowed));
        }
    }

    /** How many were swallowed since the last one, or -1 when this one is to be swallowed too. */
    synchronized long turn(Object subject, long now) {
        Said last = said.get(subject);
        if (last == null) {
            if (said.size() == MAX_SUBJECTS) {
                said.remove(said.keySet().iterator().next());
            }
            last = new Said();
            said.put(subject, last);
        } else if (now - last.until < 0) {
            last.swallowed++;
            return -1;
        }
        long swallowed = last.swallowed;
        last.swallowed = 0;
        last.until = now + PAUSE;
        return swallowed;
    }
}
