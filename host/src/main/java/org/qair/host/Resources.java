package org.qair.host;

import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What was opened, closed in reverse order; a failure to close one thing keeps nothing else open. */
public final class Resources implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Resources.class);

    private final Deque<AutoCloseable> opened = new ArrayDeque<>();
    private boolean closed;

    /** Takes something to close later, or at once when this is closed already. */
    public synchronized <T extends AutoCloseable> T add(T resource) {
        if (closed) {
            close(resource);
        } else {
            opened.push(resource);
        }
        return resource;
    }

    @Override
    public synchronized void close() {
        closed = true;
        while (!opened.isEmpty()) {
            close(opened.pop());
        }
    }

    private static void close(AutoCloseable resource) {
        try {
            resource.close();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } catch (Exception failed) {
            LOG.warn("closing {}", resource.getClass().getSimpleName(), failed);
        }
    }
}
