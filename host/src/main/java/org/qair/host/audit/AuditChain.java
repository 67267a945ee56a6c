package org.qair.host.audit;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HexFormat;

/**
 * The writing end of the audit's chain: an entry for each change of a call's record, with a hash over all before it. For the one that
 * holds the audit's lock, within its transaction.
 */
final class AuditChain implements AutoCloseable {
    private static final String INSERT = "insert into chain (number, call, kind, body, hash) values (?, ?, ?, ?, ?)";
    private static final String HEAD = """
            select number, hash from (select number, hash from chain order by number desc limit 1)
            union all select number, hash from anchor order by number desc limit 1""";

    private final PreparedStatement insert;
    private ChainLink head;

    AuditChain(Connection connection, ChainLink head) throws SQLException {
        this.insert = connection.prepareStatement(INSERT);
        this.head = head;
    }

    /** What happened to a call's record. */
    enum Kind {
        DECIDED("decided"),
        ENDED("ended"),
        LOST("lost"),
        /** It was there before there was a chain. */
        FOUND("found");

        private final String word;

        Kind(String word) {
            this.word = word;
        }
    }

    /** The last entry, or where older ones were removed, or the start. */
    static ChainLink head(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(HEAD)) {
            return row.next() ? link(row) : ChainLink.START;
        }
    }

    static ChainLink link(ResultSet row) throws SQLException {
        return new ChainLink(row.getLong("number"), HexFormat.of().formatHex(row.getBytes("hash")));
    }

    ChainLink head() {
        return head;
    }

    /** Appends an entry; it counts once {@link #moved} was told that its transaction is done. */
    ChainLink append(Kind kind, AuditRecord call) throws SQLException {
        String body = AuditJson.of(call);
        ChainLink next = head.next(kind.word, body);
        insert.setLong(1, next.number());
        insert.setString(2, call.id().value());
        insert.setString(3, kind.word);
        insert.setString(4, body);
        insert.setBytes(5, next.bytes());
        insert.executeUpdate();
        return next;
    }

    void moved(ChainLink to) {
        head = to;
    }

    @Override
    public void close() throws SQLException {
        insert.close();
    }
}
