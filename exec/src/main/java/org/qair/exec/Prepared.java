package org.qair.exec;

import java.util.Optional;
import org.qair.call.CallException;
import org.qair.call.Streams;

/** What a call will run: found and allowed, and nothing of it has started. For one use, by one thread. */
public interface Prepared {
    /**
     * Runs it to its end in the calling thread, as {@link org.qair.call.Service#run} does.
     *
     * @return the exit code, 0 to 255
     */
    int run(Streams streams) throws CallException, InterruptedException;

    /**
     * Starts it with its streams on nothing, and leaves it to itself: it is not ended with any call.
     *
     * @throws CallException when it cannot be started
     */
    void start() throws CallException, InterruptedException;

    /** Waits for the session of its user where it is to; the other two do so first, unless this was done. */
    default void awaitSession() throws InterruptedException {}

    /** The Unix user that its program runs as; empty for a socket, which runs as whoever listens. */
    Optional<String> user();
}
