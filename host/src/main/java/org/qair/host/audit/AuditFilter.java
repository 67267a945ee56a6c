package org.qair.host.audit;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Which calls of an audit are wanted: those that fit everything that is given.
 *
 * @param source the qube that policy judged the call as from
 * @param target where it went, or was to go
 * @param service the service without its argument
 * @param decision {@code allow}, {@code ask} or {@code deny}
 * @param since at that time or later
 * @param until before that time
 * @param id the beginning of the call's id
 */
public record AuditFilter(
        Optional<String> source,
        Optional<String> target,
        Optional<String> service,
        Optional<String> decision,
        Optional<Instant> since,
        Optional<Instant> until,
        Optional<String> id) {
    /** All calls. */
    public static final AuditFilter ALL = new AuditFilter(
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty());

    private record Condition(String sql, Object value) {}

    private List<Condition> conditions() {
        List<Condition> found = new ArrayList<>();
        source.ifPresent(name -> found.add(new Condition("source = ?", name)));
        target.ifPresent(name -> found.add(new Condition("ifnull(target, requested_target) = ?", name)));
        service.ifPresent(
                name -> found.add(new Condition("substr(service, 1, instr(service || '+', '+') - 1) = ?", name)));
        decision.ifPresent(word -> found.add(new Condition("decision = ?", word)));
        since.ifPresent(time -> found.add(new Condition("time >= ?", time.toEpochMilli())));
        until.ifPresent(time -> found.add(new Condition("time < ?", time.toEpochMilli())));
        id.ifPresent(start -> found.add(new Condition("substr(id, 1, " + start.length() + ") = ?", start)));
        return found;
    }

    /** An expression with as many question marks as {@link #bind} fills. */
    String where() {
        return String.join(
                " and ", conditions().stream().map(Condition::sql).toList().toArray(String[]::new));
    }

    boolean isAll() {
        return conditions().isEmpty();
    }

    int bind(PreparedStatement statement, int first) throws SQLException {
        int column = first;
        for (Condition condition : conditions()) {
            statement.setObject(column++, condition.value());
        }
        return column;
    }
}
