package org.qair.host.audit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.locks.ReentrantLock;
import org.qair.call.CallId;

/**
 * The writing side of the audit: a row a call in {@code audit.db}, written when the call is decided and completed when it
 * ends. Safe for use by many threads. What was written survives the host's death; the last second may not survive the
 * machine's.
 */
public final class AuditLog implements AutoCloseable {
    private final ReentrantLock lock = new ReentrantLock();
    private final Connection connection;
    private final PreparedStatement insert;
    private final PreparedStatement update;

    private AuditLog(Connection connection) throws SQLException {
        this.connection = connection;
        this.insert = connection.prepareStatement(AuditTable.INSERT);
        this.update = connection.prepareStatement(AuditTable.UPDATE_END);
    }

    /**
     * Opens the database, making it, readable by its owner alone, when there is none. Calls that a host which was killed left
     * as running are marked as lost.
     *
     * @throws AuditException when it cannot be opened
     */
    public static AuditLog open(Path database) {
        try {
            if (!Files.exists(database)) {
                Files.createFile(
                        database, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            }
            Connection connection = DriverManager.getConnection("jdbc:sqlite:" + database);
            try (Statement statement = connection.createStatement()) {
                statement.execute("pragma journal_mode = wal");
                statement.execute("pragma synchronous = normal");
                statement.execute("pragma busy_timeout = 10000");
                statement.execute(AuditTable.CREATE);
                statement.execute(AuditTable.CREATE_INDEX);
                statement.execute(AuditTable.MARK_LOST);
            }
            return new AuditLog(connection);
        } catch (SQLException | IOException broken) {
            throw new AuditException(
                    "audit `%s` cannot be opened: %s".formatted(database, broken.getMessage()), broken);
        }
    }

    /** Keeps a call as it was decided; one that was refused has its end with it. */
    public void decided(AuditRecord entry) {
        lock.lock();
        try {
            AuditTable.bind(insert, entry);
            insert.executeUpdate();
        } catch (SQLException broken) {
            throw new AuditException("call %s cannot be kept in the audit".formatted(entry.id()), broken);
        } finally {
            lock.unlock();
        }
    }

    /** Keeps how a call ended; {@code reason} is empty when there is nothing to say. */
    public void ended(CallId id, AuditRecord.End end, String reason) {
        lock.lock();
        try {
            AuditTable.bindEnd(update, id, end, reason);
            update.executeUpdate();
        } catch (SQLException broken) {
            throw new AuditException("the end of call %s cannot be kept in the audit".formatted(id), broken);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            connection.close();
        } catch (SQLException broken) {
            throw new AuditException("closing the audit", broken);
        } finally {
            lock.unlock();
        }
    }
}
