package org.qair.host.audit;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.qair.call.CallId;
import org.qair.host.audit.AuditRecord.Bytes;
import org.qair.host.audit.AuditRecord.End;
import org.qair.host.audit.AuditRecord.Evidence;
import org.qair.host.audit.AuditRecord.Outcome;

/** The one table of the audit, and its rows as records. */
final class AuditTable {
    static final String INSERT = """
            insert into calls (number, id, time, door, caller, source, via, requested_target, target, service, relay,
                relayed_service, decision, rule, reason, proof, claimed_source, prompt, trace, outcome, exit_code, duration_us,
                bytes_in, bytes_out, bytes_err, stages)
            values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""";
    static final String UPDATE_END = """
            update calls set outcome = ?, exit_code = ?, duration_us = ?, bytes_in = ?, bytes_out = ?, bytes_err = ?, stages = ?,
                reason = ?
            where number = ?""";

    private AuditTable() {}

    static void bind(PreparedStatement insert, long number, AuditRecord entry) throws SQLException {
        int column = 1;
        insert.setLong(column++, number);
        insert.setString(column++, entry.id().value());
        insert.setLong(column++, entry.time().toEpochMilli());
        insert.setString(column++, entry.door());
        insert.setString(column++, entry.caller());
        insert.setString(column++, entry.source());
        insert.setString(column++, entry.via().orElse(null));
        insert.setString(column++, entry.requestedTarget());
        insert.setString(column++, entry.target().orElse(null));
        insert.setString(column++, entry.service());
        insert.setString(column++, entry.relay().orElse(null));
        insert.setString(column++, entry.relayedService().orElse(null));
        insert.setString(column++, entry.decision());
        insert.setString(column++, entry.rule().orElse(null));
        insert.setString(column++, entry.reason().orElse(null));
        insert.setString(column++, entry.evidence().proof().orElse(null));
        insert.setString(column++, entry.evidence().claimedSource().orElse(null));
        insert.setString(column++, entry.evidence().prompt().orElse(null));
        insert.setString(column++, entry.evidence().trace().orElse(null));
        bindEnd(insert, column, entry.end().orElse(null));
    }

    /** @param whole with its end */
    static void bindEnd(PreparedStatement update, long number, AuditRecord whole) throws SQLException {
        int column = bindEnd(update, 1, whole.end().orElse(null));
        update.setString(column++, whole.reason().orElse(null));
        update.setLong(column, number);
    }

    private static int bindEnd(PreparedStatement statement, int first, @Nullable End end) throws SQLException {
        int column = first;
        statement.setString(column++, end == null ? null : word(end.outcome()));
        if (end == null || end.exitCode().isEmpty()) {
            statement.setNull(column++, Types.INTEGER);
        } else {
            statement.setInt(column++, end.exitCode().get());
        }
        statement.setLong(column++, end == null ? 0 : end.durationMicros());
        Optional<Bytes> bytes = end == null ? Optional.of(Bytes.NONE) : end.bytes();
        if (bytes.isEmpty()) {
            statement.setNull(column++, Types.INTEGER);
            statement.setNull(column++, Types.INTEGER);
            statement.setNull(column++, Types.INTEGER);
        } else {
            statement.setLong(column++, bytes.get().in());
            statement.setLong(column++, bytes.get().out());
            statement.setLong(column++, bytes.get().err());
        }
        statement.setString(column++, end == null || end.stages().isEmpty() ? null : AuditJson.ofStages(end.stages()));
        return column;
    }

    static AuditRecord read(ResultSet row) throws SQLException {
        return new AuditRecord(
                new CallId(row.getString("id")),
                Instant.ofEpochMilli(row.getLong("time")),
                row.getString("door"),
                row.getString("caller"),
                row.getString("source"),
                optional(row, "via"),
                row.getString("requested_target"),
                optional(row, "target"),
                row.getString("service"),
                optional(row, "relay"),
                optional(row, "relayed_service"),
                row.getString("decision"),
                optional(row, "rule"),
                optional(row, "reason"),
                new Evidence(
                        optional(row, "proof"),
                        optional(row, "claimed_source"),
                        optional(row, "prompt"),
                        optional(row, "trace")),
                end(row));
    }

    private static Optional<End> end(ResultSet row) throws SQLException {
        Optional<String> outcome = optional(row, "outcome");
        if (outcome.isEmpty()) {
            return Optional.empty();
        }
        int exitCode = row.getInt("exit_code");
        Optional<Integer> code = row.wasNull() ? Optional.empty() : Optional.of(exitCode);
        return Optional.of(new End(
                outcome(outcome.get()),
                code,
                row.getLong("duration_us"),
                bytes(row),
                optional(row, "stages").map(AuditJson::stages).orElse(Map.of())));
    }

    private static Optional<Bytes> bytes(ResultSet row) throws SQLException {
        long in = row.getLong("bytes_in");
        return row.wasNull()
                ? Optional.empty()
                : Optional.of(new Bytes(in, row.getLong("bytes_out"), row.getLong("bytes_err")));
    }

    private static Optional<String> optional(ResultSet row, String column) throws SQLException {
        return Optional.ofNullable(row.getString(column));
    }

    /** How an outcome is spelt outside: {@code not-found}. */
    static String word(Outcome outcome) {
        return outcome.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static Outcome outcome(String word) {
        return Outcome.valueOf(word.toUpperCase(Locale.ROOT).replace('-', '_'));
    }
}
