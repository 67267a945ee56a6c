package org.qair.host.audit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.qair.call.CallId;
import org.qair.host.audit.AuditChain.Kind;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The writing side of the audit: a row a call in {@code audit.db}, written when the call is decided and completed when it
 * ends, and for each of both an entry in a chain of hashes that nothing is taken out of. Safe for use by many threads. What was
 * written survives the host's death; the last second may not survive the machine's.
 */
public final class AuditLog implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AuditLog.class);
    private static final String SELECT = "select 1 from calls where id = ?";

    /** Pages of SQLite's log that a call waits for to be moved into the database: under a load that gives {@link Checkpoints} no pause. */
    private static final int LONGEST_LOG = 16_384;

    /** Bytes of the log's file that stay when it is empty. */
    private static final int LOG_KEPT = 8 << 20;

    private final ReentrantLock lock = new ReentrantLock();
    private final Path database;
    private final Batch<Writing> batch = new Batch<>(lock, this::writeAll);
    private final Checkpoints checkpoints;
    private final Set<CallId> promised = new HashSet<>();
    private final Map<CallId, AuditRecord> running = new HashMap<>();
    private final Consumer<AuditRecord> finished;
    private Connection connection;
    private PreparedStatement insert;
    private PreparedStatement update;
    private PreparedStatement select;
    private AuditChain chain;
    private boolean failed;
    private boolean closed;

    private AuditLog(Path database, Connection connection, Consumer<AuditRecord> finished) throws SQLException {
        this.database = database;
        this.checkpoints = new Checkpoints(database);
        this.finished = finished;
        this.connection = connection;
        this.insert = connection.prepareStatement(AuditTable.INSERT);
        this.update = connection.prepareStatement(AuditTable.UPDATE_END);
        this.select = connection.prepareStatement(SELECT);
        this.chain = new AuditChain(connection, AuditChain.head(connection));
    }

    /** As below, with nobody told. */
    public static AuditLog open(Path database) {
        return open(database, call -> {});
    }

    /**
     * Opens the database, making it, readable by its owner alone, when there is none. Calls that a host which was killed left
     * as running are marked as lost.
     *
     * @param finished is told of each call that was refused or has ended, in the order of the audit; must not block
     * @throws AuditException when it cannot be opened
     */
    public static AuditLog open(Path database, Consumer<AuditRecord> finished) {
        try {
            if (!Files.exists(database)) {
                Files.createFile(
                        database, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            }
            Connection connection = connect(database);
            AuditSchema.bringUpToDate(connection, database);
            AuditLog log = new AuditLog(database, connection, finished);
            log.chainWhatWasBefore();
            log.markLost();
            return log;
        } catch (SQLException | IOException broken) {
            throw new AuditException(
                    "audit `%s` cannot be opened: %s".formatted(database, broken.getMessage()), broken);
        }
    }

    static Connection connect(Path database) throws SQLException {
        Connection connection = DriverManager.getConnection("jdbc:sqlite:" + database);
        try (Statement statement = connection.createStatement()) {
            statement.execute("pragma journal_mode = wal");
            statement.execute("pragma synchronous = normal");
            statement.execute("pragma busy_timeout = 10000");
            statement.execute("pragma wal_autocheckpoint = " + LONGEST_LOG);
            statement.execute("pragma journal_size_limit = " + LOG_KEPT);
        }
        return connection;
    }

    /** A connection on which something failed, for want of space on the disk for example, may be of no use any more. */
    private void recover() throws SQLException {
        if (closed) {
            throw new SQLException("the audit is closed");
        }
        if (!failed) {
            return;
        }
        connection.close(); // which does not matter to one that is closed
        Connection fresh = connect(database);
        try {
            insert = fresh.prepareStatement(AuditTable.INSERT);
            update = fresh.prepareStatement(AuditTable.UPDATE_END);
            select = fresh.prepareStatement(SELECT);
            chain = new AuditChain(fresh, chain.head());
        } catch (SQLException again) {
            fresh.close();
            throw again;
        }
        connection = fresh;
        failed = false;
    }

    /** Keeps a call as it was decided; one that was refused has its end with it. */
    public void decided(AuditRecord entry) {
        write("call %s cannot be kept in the audit".formatted(entry.id()), () -> {
            AuditTable.bind(insert, entry);
            insert.executeUpdate();
            chain.moved(chain.append(Kind.DECIDED, entry));
            return () -> {
                boolean ignored = promised.remove(entry.id());
                if (entry.end().isPresent()) {
                    finished.accept(entry);
                } else {
                    running.put(entry.id(), entry);
                }
            };
        });
    }

    /** Keeps how a call ended; {@code reason} is empty when there is nothing to say. */
    public void ended(CallId id, AuditRecord.End end, String reason) {
        write("the end of call %s cannot be kept in the audit".formatted(id), () -> {
            AuditRecord begun = running.get(id);
            if (begun == null) {
                return () -> {}; // its beginning could not be written
            }
            AuditRecord whole = begun.ended(end, reason);
            AuditTable.bindEnd(update, whole);
            update.executeUpdate();
            chain.moved(chain.append(Kind.ENDED, whole));
            return () -> {
                running.remove(id);
                finished.accept(whole);
            };
        });
    }

    /** Whether no call of that id is kept, nor was asked about here before: each id is new once. */
    public boolean isNew(CallId id) {
        lock.lock();
        try {
            recover();
            select.setString(1, id.value());
            try (ResultSet row = select.executeQuery()) {
                return !row.next() && promised.add(id);
            }
        } catch (SQLException broken) {
            failed = true;
            throw new AuditException("the audit cannot be read", broken);
        } finally {
            lock.unlock();
        }
    }

    /** Where the chain is now: worth keeping where this host's owner cannot change it. */
    public ChainLink head() {
        lock.lock();
        try {
            return chain.head();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Removes the calls that came in before {@code before} and have ended, from the oldest on. The chain then begins behind them.
     *
     * @return how many
     */
    public int forget(Instant before) {
        int[] removed = new int[1];
        write("old calls cannot be removed from the audit", () -> {
            removed[0] = Retention.apply(connection, before);
            return () -> {};
        });
        return removed[0];
    }

    /** An audit of a qair that had no chain; in any other, what is not in the chain was put there by somebody else. */
    private void chainWhatWasBefore() throws SQLException {
        if (chain.head().equals(ChainLink.START)) {
            rewrite("select * from calls order by number", Kind.FOUND);
        }
    }

    private void markLost() throws SQLException {
        rewrite("update calls set outcome = 'lost' where outcome is null returning *", Kind.LOST);
    }

    private void rewrite(String sql, Kind kind) throws SQLException {
        write("the audit cannot be brought up to date", () -> {
            try (Statement statement = connection.createStatement();
                    ResultSet rows = statement.executeQuery(sql)) {
                while (rows.next()) {
                    chain.moved(chain.append(kind, AuditTable.read(rows)));
                }
            }
            return () -> {};
        });
    }

    private interface Step {
        /** Writes, and says what is to be done once that is kept. */
        Runnable run() throws SQLException;
    }

    /** What somebody wants to have written, whole. */
    private record Writing(String failure, Step step) {}

    private void write(String failure, Step step) {
        batch.run(new Writing(failure, step));
    }

    /** In one transaction; when that fails, each in one of its own: what is wrong with one is no matter of the others. */
    private void writeAll(List<Batch.Piece<Writing>> pieces) {
        List<Runnable> afterwards;
        try {
            afterwards = transact(pieces);
        } catch (SQLException | RuntimeException broken) {
            if (pieces.size() > 1) {
                pieces.forEach(piece -> writeAll(List.of(piece)));
            } else {
                Batch.Piece<Writing> piece = pieces.getFirst();
                piece.failed(new AuditException(piece.work().failure(), broken));
            }
            return;
        }
        pieces.forEach(Batch.Piece::done);
        afterwards.forEach(AuditLog::tell);
        checkpoints.committed();
    }

    /** What is kept is kept, whatever whoever is told of it makes of that. */
    private static void tell(Runnable afterwards) {
        try {
            afterwards.run();
        } catch (RuntimeException fault) {
            LOG.error("after a write of the audit: a fault of this program", fault);
        }
    }

    /** All of it or nothing, also of the chain's end in memory. */
    private List<Runnable> transact(List<Batch.Piece<Writing>> pieces) throws SQLException {
        ChainLink before = chain.head();
        List<Runnable> afterwards = new ArrayList<>();
        try {
            recover();
            connection.setAutoCommit(false);
            for (Batch.Piece<Writing> piece : pieces) {
                afterwards.add(piece.work().step().run());
            }
            connection.commit();
            return afterwards;
        } catch (SQLException | RuntimeException broken) {
            failed = true;
            chain.moved(before);
            rollBack(broken);
            throw broken;
        }
    }

    private void rollBack(Exception broken) {
        try {
            connection.rollback();
        } catch (SQLException again) {
            broken.addSuppressed(again);
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            checkpoints.close();
            connection.close();
        } catch (SQLException broken) {
            throw new AuditException("closing the audit", broken);
        } finally {
            lock.unlock();
        }
    }
}
