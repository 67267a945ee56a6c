package org.qair.call;

import java.io.InputStream;
import java.io.OutputStream;

/**
 * The caller's three streams, as a service holds them. Each direction closes alone: the end of {@link #stdin} is the
 * caller's half-close, closing {@link #stdout} is the service's. Writes block while the caller does not read; reads block
 * until there is something to read. A write after the caller is gone throws an {@link java.io.IOException}. Each stream
 * may be used by one thread at a time, different streams by different threads.
 */
public interface Streams {
    /**
     * What the caller sends. Closing it, from any thread, says that no more will be read: what still comes is dropped, and a
     * read that waits ends.
     */
    InputStream stdin();

    /** What the caller receives. Small writes are sent as they are: buffer them where that matters. */
    OutputStream stdout();

    /** The error output. */
    OutputStream stderr();

    /**
     * Whether outputs that are open at the call's end are ended with its exit code, in one message. Who knows at the end of an output that
     * the call ends as well may leave it open then: the caller wakes once.
     */
    default boolean endWithCall() {
        return false;
    }
}
