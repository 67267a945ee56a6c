package org.qair.host.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.qair.call.CallId;
import org.qair.host.audit.AuditRecord.Bytes;
import org.qair.host.audit.AuditRecord.End;
import org.qair.host.audit.AuditRecord.Outcome;

/** Calls that a killed host left running are found, wherever among the others they are. */
class UnendedTest {
    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
    private static final End DONE = new End(Outcome.COMPLETED, Optional.of(0), 9, Optional.of(Bytes.NONE));

    @TempDir
    Path directory;

    private Path database;

    @BeforeEach
    void name() {
        database = directory.resolve("audit.db");
    }

    private static AuditRecord call(String source) {
        return new AuditRecord(
                CallId.random(),
                NOON,
                "vchan",
                source,
                source,
                Optional.empty(),
                "work",
                Optional.of("work"),
                "svc+",
                Optional.empty(),
                Optional.empty(),
                "allow",
                Optional.empty(),
                Optional.empty(),
                AuditRecord.Evidence.NONE,
                Optional.empty());
    }

    private static void callsThatEnd(AuditLog log, int count) {
        for (int i = 0; i < count; i++) {
            AuditRecord call = call("quick");
            log.decided(call);
            log.ended(call.id(), DONE, "");
        }
    }

    private long endedBelow() throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + database)) {
            return connection
                    .createStatement()
                    .executeQuery("select number from ended_below")
                    .getLong(1);
        }
    }

    private Outcome lastOf(String source) {
        try (AuditReader reader = AuditReader.open(database)) {
            assertThat(reader.verify(Optional.empty()).faults()).isEmpty();
            return reader.last(Integer.MAX_VALUE).reversed().stream()
                    .filter(call -> call.source().equals(source))
                    .findFirst()
                    .flatMap(AuditRecord::end)
                    .orElseThrow()
                    .outcome();
        }
    }

    @Test
    void theyAreLostBehindManyThatHaveEnded() throws Exception {
        try (AuditLog log = AuditLog.open(database)) {
            callsThatEnd(log, 2500);
            log.decided(call("killed"));
        }
        assertThat(endedBelow()).isBetween(1000L, 2501L);
        AuditLog.open(database).close();
        assertThat(lastOf("killed")).isEqualTo(Outcome.LOST);
        assertThat(lastOf("quick")).isEqualTo(Outcome.COMPLETED);
        assertThat(endedBelow()).isEqualTo(2502);
    }

    @Test
    void oneThatRunsForLongIsNotPassedBy() throws Exception {
        try (AuditLog log = AuditLog.open(database)) {
            callsThatEnd(log, 1500);
            log.decided(call("long"));
            callsThatEnd(log, 2500);
        }
        assertThat(endedBelow()).isLessThanOrEqualTo(1501);
        AuditLog.open(database).close();
        assertThat(lastOf("long")).isEqualTo(Outcome.LOST);
    }

    @Test
    void numbersGoOnWhenAllCallsWereForgotten() {
        try (AuditLog log = AuditLog.open(database)) {
            callsThatEnd(log, 1200);
            assertThat(log.forget(NOON.plusSeconds(1))).isEqualTo(1200);
        }
        try (AuditLog log = AuditLog.open(database)) {
            log.decided(call("late"));
        }
        AuditLog.open(database).close();
        assertThat(lastOf("late")).isEqualTo(Outcome.LOST);
    }

    @Test
    void oneWhoseBatchFailedLeavesNoGap() throws Exception {
        AuditRecord twice = call("twice");
        try (AuditLog log = AuditLog.open(database)) {
            log.decided(twice);
            log.ended(twice.id(), DONE, "");
            assertThatThrownBy(() -> log.decided(twice)).isInstanceOf(AuditException.class);
            callsThatEnd(log, 2);
        }
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + database)) {
            assertThat(connection
                            .createStatement()
                            .executeQuery("select max(number) from calls")
                            .getLong(1))
                    .isEqualTo(3);
        }
    }
}
