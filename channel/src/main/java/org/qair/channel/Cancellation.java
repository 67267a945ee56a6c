package org.qair.channel;

import java.io.Closeable;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.qair.channel.unix.Deadline;

/**
 * The handle by which another thread, or a {@link Deadline}, ends a call in whatever it blocks: it closes the socket that is in
 * use then, and each that would be used later. Safe for use by many threads.
 */
public final class Cancellation implements Closeable {
    private @Nullable Closeable inUse;
    private boolean closed;

    /** Makes {@code next} what is closed; closes it at once when this is closed already. */
    synchronized <T extends Closeable> T use(T next) throws IOException {
        if (closed) {
            next.close();
            throw new IOException("the call was cancelled");
        }
        inUse = next;
        return next;
    }

    /** Whether it was closed. */
    public synchronized boolean isClosed() {
        return closed;
    }

    @Override
    public synchronized void close() throws IOException {
        closed = true;
        if (inUse != null) {
            inUse.close();
        }
    }
}
