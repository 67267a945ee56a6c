package org.qair.host.audit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Moves what was written to the audit from SQLite's log into its database, in a thread of its own: it waits for the disk, which no call is
 * to do. For the one who holds the audit's lock.
 */
final class Checkpoints implements AutoCloseable {
    /** Bytes of the log from which on it is moved: four times as much as SQLite takes by itself. */
    private static final long LARGE = 16L << 20;

    /** Bytes that a change of a call adds to the log, about: five pages at most, nearly all of them written before. */
    private static final long CHANGE = 5 * 4096;

    /** Changes of calls until the log can be as large again: its file does not shrink when it has been moved, it is written from its beginning. */
    private static final int LARGE_AGAIN = (int) (LARGE / CHANGE);

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Logger LOG = LoggerFactory.getLogger(Checkpoints.class);

    private final Path database;
    private final Path log;
    private @Nullable Thread mover;
    private int changes;
    private int moves;

    Checkpoints(Path database) {
        this.database = database;
        this.log = database.resolveSibling(database.getFileName() + "-wal");
    }

    /** So many changes of calls were written. */
    void committed(int more) {
        changes += more;
        if (changes >= LARGE_AGAIN && (mover == null || !mover.isAlive()) && size() > LARGE) {
            changes = 0;
            moves++;
            mover = Thread.ofPlatform().daemon().name("audit checkpoint").start(this::move);
        }
    }

    /** How many times it was moved, or is being moved. */
    int moves() {
        return moves;
    }

    @Override
    public void close() {
        awaitMove();
    }

    /** Waits until nothing is moved any more, a while at most. */
    void awaitMove() {
        try {
            if (mover != null) {
                boolean ignored = mover.join(PATIENCE);
            }
        } catch (InterruptedException hurry) {
            Thread.currentThread().interrupt();
        }
    }

    private long size() {
        try {
            return Files.size(log);
        } catch (IOException none) {
            return 0;
        }
    }

    private void move() {
        try (Connection connection = AuditDatabase.connect(database);
                Statement statement = connection.createStatement()) {
            statement.execute("pragma wal_checkpoint(passive)");
        } catch (SQLException failed) {
            LOG.warn("the audit's log cannot be moved into `{}`: {}", database, failed.getMessage());
        }
    }
}
