package org.qair.host;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.qair.call.PlainStreams;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Calls that go on without their caller, with nothing to read and nobody who looks at what they write. Closing it ends them. */
final class StartedCalls implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StartedCalls.class);

    private final Set<Thread> running = ConcurrentHashMap.newKeySet();

    /** Runs an admitted call on a thread of its own. */
    void start(RunnableCall call) {
        Thread thread = Thread.ofVirtual().name("started-" + call.id()).unstarted(() -> run(call));
        running.add(thread);
        thread.start();
    }

    private void run(RunnableCall call) {
        try {
            int code = call.run(PlainStreams.none());
            LOG.debug("call {} ended with exit code {}", call.id(), code);
        } catch (InterruptedException stopped) {
            LOG.debug("call {} was ended with the host", call.id(), stopped);
        } finally {
            running.remove(Thread.currentThread());
        }
    }

    @Override
    public void close() {
        running.forEach(Thread::interrupt);
        for (Thread thread : running) {
            join(thread);
        }
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
        }
    }
}
