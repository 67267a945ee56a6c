package org.qair.host.audit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Moves what was written to the audit from SQLite's log into its database, in a thread of its own: it waits for the disk, which no call is
 * to do. Safe for use by many threads.
 */
final class Checkpoints {
    /** Bytes of the log from which on it is moved: 1,000 pages, as SQLite does by itself. */
    private static final long LARGE = 4L << 20;

    private static final int LOOK_EVERY = 32;
    private static final Logger LOG = LoggerFactory.getLogger(Checkpoints.class);

    private final Path database;
    private final Path log;
    private final AtomicBoolean running = new AtomicBoolean();
    private int commits;

    Checkpoints(Path database) {
        this.database = database;
        this.log = database.resolveSibling(database.getFileName() + "-wal");
    }

    /** Something was written; for one thread at a time. */
    void committed() {
        commits++;
        if (commits % LOOK_EVERY == 0 && size() > LARGE && running.compareAndSet(false, true)) {
            Thread.ofPlatform().daemon().name("audit checkpoint").start(this::run);
        }
    }

    private long size() {
        try {
            return Files.size(log);
        } catch (IOException none) {
            return 0;
        }
    }

    private void run() {
        try (Connection connection = AuditLog.connect(database);
                Statement statement = connection.createStatement()) {
            statement.execute("pragma wal_checkpoint(passive)");
        } catch (SQLException failed) {
            LOG.warn("the audit's log cannot be moved into `{}`: {}", database, failed.getMessage());
        } finally {
            running.set(false);
        }
    }
}
