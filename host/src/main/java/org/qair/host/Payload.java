package org.qair.host;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import org.qair.call.CallException;
import org.qair.call.Streams;
import org.qair.channel.unix.Deadline;

/**
 * What a caller of a built-in service of dom0 sends, all of it, before anything is done.
 *
 * @param limit the most bytes
 * @param patience how long it may take to come
 */
record Payload(int limit, Duration patience) {
    /**
     * Reads to the end of stdin.
     *
     * @throws CallException.Failed when there are too many bytes, or they do not end in time
     */
    byte[] read(Streams streams) throws CallException, IOException {
        byte[] payload = limited(streams.stdin());
        if (payload.length > limit) {
            throw new CallException.Failed("the payload has more than %d bytes".formatted(limit));
        }
        return payload;
    }

    /** A read that waits ends when the time is over, be it like the end of the stream or with an error. */
    private byte[] limited(InputStream stdin) throws CallException, IOException {
        try (Deadline deadline = new Deadline(patience, stdin)) {
            try {
                byte[] payload = stdin.readNBytes(limit + 1);
                if (!deadline.expired()) {
                    return payload;
                }
            } catch (IOException failed) {
                if (!deadline.expired()) {
                    throw failed;
                }
            }
            throw new CallException.Failed("the payload did not end within %d ms".formatted(patience.toMillis()));
        }
    }
}
