package org.qair.host.audit;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;

/**
 * Takes the oldest entries off the audit's chain, up to the first that belongs to a call that is kept, and remembers the hash that the
 * rest begins with, so that the rest can still be verified.
 */
final class Retention {
    /** The last entry before the first one of a call that stays. */
    private static final String LAST_TO_GO = """
            select number, hash from chain where number < ifnull(
                (select chain.number from chain cross join calls on calls.id = chain.call
                    where calls.outcome is null or calls.time >= ? order by chain.number limit 1),
                (select max(number) + 1 from chain))
            order by number desc limit 1""";

    private Retention() {}

    static int apply(Connection connection, Instant before) throws SQLException {
        ChainLink last = lastToGo(connection, before);
        if (last.number() == 0) {
            return 0;
        }
        try (Statement statement = connection.createStatement()) {
            int removed = statement.executeUpdate(
                    "delete from calls where id in (select call from chain where number <= " + last.number()
                            + ") and id not in (select call from chain where number > " + last.number() + ")");
            statement.executeUpdate("delete from chain where number <= " + last.number());
            statement.executeUpdate("delete from anchor");
            anchor(connection, last);
            return removed;
        }
    }

    private static ChainLink lastToGo(Connection connection, Instant before) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(LAST_TO_GO)) {
            select.setLong(1, before.toEpochMilli());
            try (ResultSet row = select.executeQuery()) {
                return row.next() ? AuditChain.link(row) : ChainLink.START;
            }
        }
    }

    private static void anchor(Connection connection, ChainLink last) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement("insert into anchor values (?, ?)")) {
            insert.setLong(1, last.number());
            insert.setBytes(2, last.bytes());
            insert.executeUpdate();
        }
    }
}
