package org.qair.host.audit;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The reading side of the audit, of a running host or a stopped one. Not safe for use by several threads at once. */
public final class AuditReader implements AutoCloseable {

    private final Connection connection;

    private AuditReader(Connection connection) {
        this.connection = connection;
    }

    /**
     * Opens the database for reading.
     *
     * @throws AuditException when there is none or it cannot be read
     */
    public static AuditReader open(Path database) {
        if (!Files.exists(database)) {
            throw new AuditException(
                    "no audit at `%s`: no host has run there yet".formatted(database), new IllegalStateException());
        }
        try {
            Connection connection = DriverManager.getConnection("jdbc:sqlite:" + database);
            connection.createStatement().execute("pragma busy_timeout = 10000");
            connection.createStatement().execute("pragma query_only = true");
            if (AuditSchema.version(connection) < AuditSchema.LATEST) {
                connection.close();
                throw new AuditException(
                        "audit `%s` is of an older qair: start the host once, it brings it up to date"
                                .formatted(database),
                        new IllegalStateException());
            }
            return new AuditReader(connection);
        } catch (SQLException broken) {
            throw new AuditException("audit `%s` cannot be read".formatted(database), broken);
        }
    }

    /** The last {@code limit} calls, the oldest first. */
    public List<AuditRecord> last(int limit) {
        return last(limit, AuditFilter.ALL);
    }

    /** The last {@code limit} calls that fit, the oldest first. */
    public List<AuditRecord> last(int limit, AuditFilter filter) {
        String where = filter.isAll() ? "" : " where " + filter.where();
        String sql = "select * from (select * from calls" + where + " order by number desc limit ?) order by number";
        return read(sql, statement -> statement.setInt(filter.bind(statement, 1), limit));
    }

    /** Where the chain of the audit's entries ends now, for {@link #endedSince}. */
    public ChainLink head() {
        return ask(() -> AuditChain.head(connection));
    }

    /** The calls that fit and were refused or have ended between two places of the chain, in that order. */
    public List<AuditRecord> endedSince(ChainLink after, ChainLink last, AuditFilter filter) {
        String where = filter.isAll() ? "" : " and " + filter.where();
        String sql = """
                select calls.* from chain cross join calls on calls.id = chain.call
                where chain.number > ? and chain.number <= ? and calls.outcome is not null
                    and json_extract(chain.body, '$.outcome') is not null""" + where + " order by chain.number";
        return read(sql, statement -> {
            statement.setLong(1, after.number());
            statement.setLong(2, last.number());
            filter.bind(statement, 3);
        });
    }

    /**
     * Checks that nothing was changed, taken out or put in since it was written.
     *
     * @param expected a place of the chain that was noted earlier, when there is one
     */
    public Verification verify(Optional<ChainLink> expected) {
        return ask(() -> new AuditVerifier(connection).verify(expected));
    }

    private interface Binding {
        void bind(PreparedStatement statement) throws SQLException;
    }

    private interface Question<T> {
        T ask() throws SQLException;
    }

    private static <T> T ask(Question<T> question) {
        try {
            return question.ask();
        } catch (SQLException broken) {
            throw new AuditException("the audit cannot be read", broken);
        }
    }

    private List<AuditRecord> read(String sql, Binding binding) {
        return ask(() -> {
            try (PreparedStatement select = connection.prepareStatement(sql)) {
                binding.bind(select);
                List<AuditRecord> found = new ArrayList<>();
                try (ResultSet rows = select.executeQuery()) {
                    while (rows.next()) {
                        found.add(AuditTable.read(rows));
                    }
                }
                return found;
            }
        });
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException broken) {
            throw new AuditException("closing the audit", broken);
        }
    }
}
