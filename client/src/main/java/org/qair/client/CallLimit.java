package org.qair.client;

import java.io.Closeable;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.qair.channel.Cancellation;
import org.qair.channel.RefusedException;
import org.qair.channel.unix.Deadline;

/** What ends a call before its end, and what its user is told then. Safe for use by many threads. */
final class CallLimit implements Closeable {
    private final Cancellation cancellation;
    private final @Nullable Deadline deadline;
    private volatile @Nullable IOException reason;

    CallLimit(Cancellation cancellation, @Nullable Duration limit) {
        this.cancellation = cancellation;
        this.deadline = limit == null ? null : new Deadline(limit, cancellation);
    }

    /** Ends the call; {@link #explain} gives this reason. */
    void cancel(IOException because) throws IOException {
        reason = because;
        cancellation.close();
    }

    /** The reason for which a call failed: a socket that is closed under a call knows none. */
    IOException explain(IOException failure) {
        if (failure instanceof RefusedException) {
            return failure;
        }
        if (deadline != null && deadline.expired()) {
            SocketTimeoutException late = new SocketTimeoutException("the call took too long");
            late.initCause(failure);
            return late;
        }
        IOException because = reason;
        if (because != null) {
            return because;
        }
        return cancellation.isClosed() ? new IOException("the call was cancelled", failure) : failure;
    }

    @Override
    public void close() throws IOException {
        if (deadline != null) {
            deadline.close();
        }
        cancellation.close();
    }
}
