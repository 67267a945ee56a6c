package org.qair.host.audit;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Checks an audit's chain from its beginning, and each call against what the chain last says of it. */
final class AuditVerifier {
    /** More are not listed: an audit that was made anew would fill the screen. */
    private static final int MOST_FAULTS = 20;

    private static final String DIFFERENT = """
            with latest as materialized (select call, max(number) as number from chain group by call)
            select calls.*, chain.body as chained
            from calls left join latest on latest.call = calls.id left join chain on chain.number = latest.number
            order by calls.number""";

    private final Connection connection;
    private final List<String> faults = new ArrayList<>();

    AuditVerifier(Connection connection) {
        this.connection = connection;
    }

    /** @param expected a place that was noted earlier; the audit must still have it */
    Verification verify(Optional<ChainLink> expected) throws SQLException {
        ChainLink start = anchor();
        boolean seen = expected.isEmpty() || expected.get().equals(start);
        ChainLink at = start;
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("select * from chain order by number")) {
            while (rows.next()) {
                at = follow(at, rows);
                seen |= at.equals(expected.orElse(null));
            }
        }
        if (!seen) {
            fault(missing(expected.orElseThrow(), start));
        }
        checkCalls();
        return new Verification(at.number() - start.number(), at, List.copyOf(faults));
    }

    private static String missing(ChainLink expected, ChainLink start) {
        return expected.number() < start.number()
                ? "the place %d was removed as old; entries begin behind %d"
                        .formatted(expected.number(), start.number())
                : "the place %s is not in this audit: it was cut off, or is another".formatted(expected);
    }

    private ChainLink anchor() throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select number, hash from anchor")) {
            return row.next() ? AuditChain.link(row) : ChainLink.START;
        }
    }

    private ChainLink follow(ChainLink before, ResultSet row) throws SQLException {
        ChainLink kept = AuditChain.link(row);
        ChainLink computed = before.next(row.getString("kind"), row.getString("body"));
        if (kept.number() != computed.number()) {
            fault("entries %d to %d are missing".formatted(computed.number(), kept.number() - 1));
        } else if (!kept.equals(computed)) {
            fault("entry %d (call %s) was changed, or what is before it"
                    .formatted(kept.number(), row.getString("call")));
        }
        return kept;
    }

    private void checkCalls() throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(DIFFERENT)) {
            while (rows.next()) {
                String chained = rows.getString("chained");
                if (!AuditJson.of(AuditTable.read(rows)).equals(chained)) {
                    fault("call %s is not what the chain says of it".formatted(rows.getString("id")));
                }
            }
        }
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(
                        "select distinct call from chain where call not in (select id from calls)")) {
            while (rows.next()) {
                fault("call %s was removed".formatted(rows.getString("call")));
            }
        }
    }

    private void fault(String text) {
        if (faults.size() < MOST_FAULTS) {
            faults.add(text);
        }
    }
}
