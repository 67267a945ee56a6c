package org.qair.host.audit;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/** Brings an audit's tables from any earlier version to this one, each step whole or not at all. */
final class AuditSchema {
    /** Step N brings version N to N + 1. Never change one that was released. */
    private static final List<List<String>> STEPS = List.of(
            List.of("""
            create table if not exists calls (
                number integer primary key,
                id text not null unique,
                time integer not null,
                door text not null,
                caller text not null,
                source text not null,
                via text,
                requested_target text not null,
                target text,
                service text not null,
                relay text,
                relayed_service text,
                decision text not null,
                rule text,
                reason text,
                outcome text,
                exit_code integer,
                duration_us integer,
                bytes_in integer,
                bytes_out integer,
                bytes_err integer
            ) strict""", "create index if not exists calls_running on calls (number) where outcome is null"),
            List.of(
                    "alter table calls add column proof text",
                    "alter table calls add column claimed_source text",
                    "alter table calls add column prompt text",
                    "alter table calls add column stages text",
                    "create index calls_time on calls (time)",
                    """
            create table chain (
                number integer primary key,
                call text not null,
                kind text not null,
                body text not null,
                hash blob not null
            ) strict""",
                    "create index chain_call on chain (call, number)",
                    "create table anchor (number integer not null, hash blob not null) strict"),
            List.of("alter table calls add column trace text"),
            // each of the two cost a page or two at every change of a call, for questions that have other answers
            List.of(
                    "drop index if exists calls_running",
                    "drop index chain_call",
                    "create table ended_below (number integer not null) strict",
                    "insert into ended_below values (0)"));

    /** The version that this program reads and writes. */
    static final int LATEST = STEPS.size();

    private AuditSchema() {}

    static void bringUpToDate(Connection connection, Path database) throws SQLException {
        int version = version(connection);
        if (version > LATEST) {
            throw new AuditException(
                    "audit `%s` has schema version %d, made by a newer qair; this one knows versions up to %d"
                            .formatted(database, version, LATEST),
                    new IllegalStateException());
        }
        for (int step = version; step < LATEST; step++) {
            migrate(connection, step);
        }
    }

    private static void migrate(Connection connection, int step) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("begin immediate");
            for (String sql : STEPS.get(step)) {
                statement.execute(sql);
            }
            statement.execute("pragma user_version = " + (step + 1));
            statement.execute("commit");
        }
    }

    static int version(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("pragma user_version")) {
            return row.getInt(1);
        }
    }
}
