package org.qair.host.audit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import org.qair.call.CallId;
import org.qair.host.audit.AuditChain.Kind;
import org.sqlite.SQLiteConfig;

/**
 * The audit's database as its writer has it: rows of calls, and the chain with an entry for each change of one. A connection on which
 * something failed is replaced before the next use. For the one who holds the audit's lock.
 */
final class AuditDatabase implements AutoCloseable {
    private static final String SELECT = "select 1 from calls where id = ?";

    /** One more than the last call's; never again one that has ended, though all that were may have been removed. */
    private static final String NEXT =
            "select max(ifnull((select max(number) from calls), 0) + 1, number) from ended_below";

    /** Pages of SQLite's log that a call waits for to be moved into the database: under a load that gives {@link Checkpoints} no pause. */
    private static final int LONGEST_LOG = 16_384;

    /** KiB of pages kept in memory: an entry of an index may be on any of its pages, which would be read again. */
    private static final int CACHE = 8_192;

    /** Bytes of the log's file that stay when it is empty. */
    private static final int LOG_KEPT = 24 << 20;

    private final Path file;
    private Statements on;
    private long next;
    private boolean failed;
    private boolean closed;

    private AuditDatabase(Path file, Statements on, long next) {
        this.file = file;
        this.on = on;
        this.next = next;
    }

    /** A connection, and what is prepared on it. */
    private record Statements(
            Connection connection,
            PreparedStatement insert,
            PreparedStatement update,
            PreparedStatement select,
            AuditChain chain) {
        static Statements prepare(Connection connection, ChainLink head) throws SQLException {
            return new Statements(
                    connection,
                    connection.prepareStatement(AuditTable.INSERT),
                    connection.prepareStatement(AuditTable.UPDATE_END),
                    connection.prepareStatement(SELECT),
                    new AuditChain(connection, head));
        }
    }

    /** Opens it, making it, readable by its owner alone, when there is none, and brings its tables up to date. */
    static AuditDatabase open(Path file) throws SQLException, IOException {
        if (!Files.exists(file)) {
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        }
        Connection connection = connect(file);
        AuditSchema.bringUpToDate(connection, file);
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(NEXT)) {
            return new AuditDatabase(file, Statements.prepare(connection, AuditChain.head(connection)), row.getLong(1));
        }
    }

    static Connection connect(Path file) throws SQLException {
        SQLiteConfig config = new SQLiteConfig();
        config.setGetGeneratedKeys(false); // it looks for an insert in each statement, by a regular expression
        Connection connection = config.createConnection("jdbc:sqlite:" + file);
        try (Statement statement = connection.createStatement()) {
            statement.execute("pragma journal_mode = wal");
            statement.execute("pragma synchronous = normal");
            statement.execute("pragma busy_timeout = 10000");
            statement.execute("pragma cache_size = " + -CACHE);
            statement.execute("pragma wal_autocheckpoint = " + LONGEST_LOG);
            statement.execute("pragma journal_size_limit = " + LOG_KEPT);
        }
        return connection;
    }

    /** For want of space on the disk, for example, a connection may be of no use any more. */
    private void recover() throws SQLException {
        if (closed) {
            throw new SQLException("the audit is closed");
        }
        if (!failed) {
            return;
        }
        on.connection.close(); // which does not matter to one that is closed
        Connection fresh = connect(file);
        try {
            on = Statements.prepare(fresh, head());
        } catch (SQLException again) {
            fresh.close();
            throw again;
        }
        failed = false;
    }

    /** What is written in one transaction. */
    @FunctionalInterface
    interface Work<T> {
        T run() throws SQLException;
    }

    /** All of it or nothing, also of the chain's end in memory. */
    <T> T transact(Work<T> work) throws SQLException {
        ChainLink before = head();
        long nextBefore = next;
        try {
            recover();
            on.connection.setAutoCommit(false);
            T result = work.run();
            on.connection.commit();
            return result;
        } catch (SQLException | RuntimeException broken) {
            failed = true;
            on.chain.moved(before);
            next = nextBefore;
            rollBack(broken);
            throw broken;
        }
    }

    private void rollBack(Exception broken) {
        try {
            on.connection.rollback();
        } catch (SQLException again) {
            broken.addSuppressed(again);
        }
    }

    /** Within a transaction: a call that was decided. Its number is what {@link #ended} knows it by. */
    long decided(AuditRecord call) throws SQLException {
        AuditTable.bind(on.insert, next, call);
        on.insert.executeUpdate();
        on.chain.moved(on.chain.append(Kind.DECIDED, call));
        return next++;
    }

    /** Within a transaction: one that has ended. */
    void ended(long number, AuditRecord call) throws SQLException {
        AuditTable.bindEnd(on.update, number, call);
        on.update.executeUpdate();
        on.chain.moved(on.chain.append(Kind.ENDED, call));
    }

    /** Within a transaction: what a statement gives, all columns of calls. */
    void chained(String sql, Kind kind) throws SQLException {
        try (Statement statement = on.connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                on.chain.moved(on.chain.append(kind, AuditTable.read(rows)));
            }
        }
    }

    /** Within a transaction: all calls with lower numbers have ended. */
    void endedBelow(long number) throws SQLException {
        try (PreparedStatement update = on.connection.prepareStatement("update ended_below set number = ?")) {
            update.setLong(1, number);
            update.executeUpdate();
        }
    }

    /** The number that the next call will have. */
    long next() {
        return next;
    }

    /** Within a transaction; how many calls were removed. */
    int forget(Instant before) throws SQLException {
        return Retention.apply(on.connection, before);
    }

    /** Whether there is a call of that id. */
    boolean has(CallId id) throws SQLException {
        try {
            recover();
            on.select.setString(1, id.value());
            try (ResultSet row = on.select.executeQuery()) {
                return row.next();
            }
        } catch (SQLException broken) {
            failed = true;
            throw broken;
        }
    }

    ChainLink head() {
        return on.chain.head();
    }

    @Override
    public void close() throws SQLException {
        closed = true;
        on.connection.close();
    }
}
