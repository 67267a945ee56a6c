package org.qair.host.limits;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicLong;

/** Counts the bytes of one direction of a call, and ends the call at the first one over the limit, which does not pass. */
final class ByteLimit implements Meter {
    private final long most;
    private final Breach breach;
    private final String reason;
    private final AtomicLong passed = new AtomicLong();

    /** @param reason what is said when it is more */
    ByteLimit(long most, Breach breach, String reason) {
        this.most = most;
        this.breach = breach;
        this.reason = reason;
    }

    @Override
    public void pass(int bytes) throws IOException {
        if (bytes > 0 && passed.addAndGet(bytes) > most) {
            breach.happened(reason);
            throw new IOException(reason);
        }
    }
}
