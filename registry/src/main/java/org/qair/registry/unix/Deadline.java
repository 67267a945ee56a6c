package org.qair.registry.unix;

import java.io.IOException;
import java.nio.channels.Channel;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Closes a channel when something on it takes too long; whoever blocks on it then gets an IOException. */
public final class Deadline implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Deadline.class);

    private final Thread watcher;

    private Deadline(Thread watcher) {
        this.watcher = watcher;
    }

    /** Begins to count; {@link #close} within that time ends it. */
    public static Deadline in(Duration time, Channel channel) {
        return new Deadline(Thread.ofVirtual().name("deadline").start(() -> {
            try {
                Thread.sleep(time);
                channel.close();
            } catch (InterruptedException inTime) {
                return;
            } catch (IOException failed) {
                LOG.debug("a channel that took too long can't be closed: {}", failed.getMessage());
            }
        }));
    }

    @Override
    public void close() {
        watcher.interrupt();
    }
}
