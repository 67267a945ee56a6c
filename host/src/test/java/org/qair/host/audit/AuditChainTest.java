package org.qair.host.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.qair.call.CallId;
import org.qair.host.audit.AuditRecord.Bytes;
import org.qair.host.audit.AuditRecord.End;
import org.qair.host.audit.AuditRecord.Evidence;
import org.qair.host.audit.AuditRecord.Outcome;

class AuditChainTest {
    private static final Instant NOON = Instant.parse("2026-06-01T12:00:00Z");

    @TempDir
    Path directory;

    private Path database;
    private Optional<String> trace = Optional.of("00-11-22-01");

    @BeforeEach
    void name() {
        database = directory.resolve("audit.db");
    }

    private AuditRecord call(String source, Instant time, Optional<End> end) {
        return new AuditRecord(
                CallId.random(),
                time,
                "ssh",
                "relay",
                source,
                Optional.of("relay"),
                "work",
                Optional.of("work"),
                "svc+arg",
                Optional.empty(),
                Optional.empty(),
                "allow",
                Optional.of("30.policy:7"),
                Optional.empty(),
                new Evidence(Optional.of("verified"), Optional.of("me"), Optional.of("allow, by a test"), trace),
                end);
    }

    private static End done() {
        return new End(Outcome.COMPLETED, Optional.of(0), 9, Optional.of(new Bytes(1, 2, 3)), Map.of("open", 5L));
    }

    /** Three calls, each decided and ended: six entries. */
    private ChainLink fill() {
        try (AuditLog log = AuditLog.open(database)) {
            for (int i = 0; i < 3; i++) {
                AuditRecord call = call("pi" + i, NOON.plusSeconds(i), Optional.empty());
                log.decided(call);
                log.ended(call.id(), done(), "");
            }
            return log.head();
        }
    }

    private Verification verify(Optional<ChainLink> expected) {
        try (AuditReader reader = AuditReader.open(database)) {
            return reader.verify(expected);
        }
    }

    private void tamper(String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + database)) {
            assertThat(connection.createStatement().executeUpdate(sql)).isPositive();
        }
    }

    @Test
    void whatNobodyTouchedIsWhole() {
        ChainLink head = fill();
        Verification found = verify(Optional.of(head));
        assertThat(found.faults()).isEmpty();
        assertThat(found.entries()).isEqualTo(6);
        assertThat(found.head()).isEqualTo(head);
        assertThat(ChainLink.parse(head.toString())).isEqualTo(head);
    }

    @Test
    void evidenceAndStagesAreKept() {
        fill();
        try (AuditReader reader = AuditReader.open(database)) {
            AuditRecord kept = reader.last(1).getFirst();
            assertThat(kept.end()).hasValue(done());
            assertThat(kept.evidence().proof()).contains("verified");
            assertThat(kept.evidence().claimedSource()).contains("me");
            assertThat(kept.evidence().prompt()).contains("allow, by a test");
            assertThat(AuditText.of(kept)).contains("(via relay, verified)").contains("claims to be me");
            assertThat(AuditJson.of(kept)).contains("\"stages_us\":{\"open\":5}");
        }
    }

    @Test
    void aChangedCallIsNamed() throws Exception {
        fill();
        tamper("update calls set source = 'dom0' where source = 'pi1'");
        assertThat(verify(Optional.empty()).faults())
                .singleElement()
                .asString()
                .contains("is not what the chain says of it");
    }

    @Test
    void aCallThatIsTakenBackToAnEarlierEntryIsNamed() throws Exception {
        fill();
        tamper("""
                update calls set outcome = null, exit_code = null, duration_us = 0, bytes_in = 0, bytes_out = 0, bytes_err = 0,
                    stages = null where source = 'pi1'""");
        assertThat(verify(Optional.empty()).faults())
                .singleElement()
                .asString()
                .contains("is not what the chain says of it");
    }

    @Test
    void aCallOfWhichTheChainSaysNothingIsNamed() throws Exception {
        fill();
        tamper("update calls set id = '" + CallId.random() + "' where source = 'pi1'");
        assertThat(verify(Optional.empty()).faults()).hasSize(2);
    }

    @Test
    void aChangedEntryIsNamed() throws Exception {
        fill();
        tamper("update chain set body = replace(body, 'pi1', 'pi9') where number = 4");
        assertThat(verify(Optional.empty()).faults())
                .anySatisfy(fault -> assertThat(fault).startsWith("entry 4 (call "));
    }

    @Test
    void anEntryAndItsHashChangedBreakTheNext() throws Exception {
        fill();
        tamper("update chain set hash = zeroblob(32) where number = 3");
        assertThat(verify(Optional.empty()).faults()).hasSize(2);
    }

    @Test
    void whatWasTakenOutIsNamed() throws Exception {
        fill();
        tamper("delete from chain where number in (2, 3)");
        assertThat(verify(Optional.empty()).faults()).contains("entries 2 to 3 are missing");
        tamper("delete from calls where source = 'pi2'");
        assertThat(verify(Optional.empty()).faults())
                .anySatisfy(fault -> assertThat(fault).endsWith("was removed"));
    }

    @Test
    void aCutAtTheEndIsSeenByAPlaceThatWasNoted() throws Exception {
        ChainLink head = fill();
        tamper("delete from chain where number > 4");
        tamper("delete from calls where source = 'pi2'");
        assertThat(verify(Optional.empty()).faults()).isEmpty();
        assertThat(verify(Optional.of(head)).faults())
                .singleElement()
                .asString()
                .contains("is not in this audit: it was cut off, or is another");
    }

    @Test
    void goesOnWhereItStopped() {
        ChainLink first = fill();
        ChainLink second = fill();
        assertThat(second.number()).isEqualTo(12);
        assertThat(verify(Optional.of(first)).faults()).isEmpty();
    }

    @Test
    void oldCallsGoAndTheRestStaysWhole() {
        ChainLink head = fill();
        try (AuditLog log = AuditLog.open(database)) {
            assertThat(log.forget(NOON)).isZero();
            assertThat(log.forget(NOON.plusSeconds(2))).isEqualTo(2);
            assertThat(log.head()).isEqualTo(head);
        }
        Verification found = verify(Optional.of(head));
        assertThat(found.faults()).isEmpty();
        assertThat(found.entries()).isEqualTo(2);
        try (AuditLog log = AuditLog.open(database)) {
            assertThat(log.forget(NOON.plusSeconds(9))).isEqualTo(1);
            log.decided(call("late", NOON.plusSeconds(10), Optional.of(done())));
        }
        assertThat(verify(Optional.of(head)).faults()).isEmpty();
        assertThat(verify(Optional.of(new ChainLink(2, "0".repeat(64)))).faults())
                .containsExactly("the place 2 was removed as old; entries begin behind 6");
    }

    @Test
    void aCallThatRunsIsNotForgottenNorWhatCameAfterItsBeginning() {
        try (AuditLog log = AuditLog.open(database)) {
            log.decided(call("first", NOON, Optional.of(done())));
            log.decided(call("runs", NOON, Optional.empty()));
            log.decided(call("last", NOON, Optional.of(done())));
            assertThat(log.forget(NOON.plusSeconds(1))).isEqualTo(1);
        }
        assertThat(verify(Optional.empty()).faults()).isEmpty();
    }

    @Test
    void anAuditFromBeforeThereWereTracesIsStillWhole() throws Exception {
        trace = Optional.empty();
        fill();
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + database)) {
            for (String sql : List.of(
                    "drop table ended_below",
                    "create index chain_call on chain (call, number)",
                    "alter table calls drop column trace",
                    "pragma user_version = 2")) {
                connection.createStatement().execute(sql);
            }
        }
        AuditLog.open(database).close();
        assertThat(verify(Optional.empty()).faults()).isEmpty();
    }

    @Test
    void anAuditWithoutAChainGetsOne() throws Exception {
        fill();
        tamper("update calls set outcome = null where source = 'pi2'");
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + database)) {
            for (String sql : List.of(
                    "drop table chain",
                    "drop table anchor",
                    "drop table ended_below",
                    "drop index calls_time",
                    "alter table calls drop column proof",
                    "alter table calls drop column claimed_source",
                    "alter table calls drop column prompt",
                    "alter table calls drop column stages",
                    "alter table calls drop column trace",
                    "pragma user_version = 0")) {
                connection.createStatement().execute(sql);
            }
        }
        assertThatThrownBy(() -> AuditReader.open(database)).hasMessageContaining("start the host once");
        AuditLog.open(database).close();
        Verification found = verify(Optional.empty());
        assertThat(found.faults()).isEmpty();
        assertThat(found.entries()).isEqualTo(4);
    }

    @Test
    void anAuditOfANewerVersionIsLeftAlone() throws Exception {
        fill();
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + database)) {
            connection.createStatement().execute("pragma user_version = 99");
        }
        assertThatThrownBy(() -> AuditLog.open(database)).hasMessageContaining("made by a newer qair");
    }

    @Test
    void whoeverListensIsToldOfEachEndOnce() {
        List<AuditRecord> told = new ArrayList<>();
        AuditRecord runs = call("runs", NOON, Optional.empty());
        AuditRecord refused = call("refused", NOON, Optional.of(done()));
        try (AuditLog log = AuditLog.open(database, told::add)) {
            log.decided(runs);
            log.decided(refused);
            log.ended(runs.id(), done(), "because");
        }
        assertThat(told).extracting(AuditRecord::source).containsExactly("refused", "runs");
        assertThat(told.getLast().reason()).contains("because");
    }

    @Test
    void anEndOfACallWhoseBeginningIsNotThereIsNothing() {
        try (AuditLog log = AuditLog.open(database)) {
            log.ended(CallId.random(), done(), "");
            assertThat(log.head()).isEqualTo(ChainLink.START);
        }
    }

    @Test
    void aPlaceIsWrittenInOneWay() {
        assertThatThrownBy(() -> ChainLink.parse("3")).hasMessage("`3` is no place in an audit: NUMBER:HASH");
    }
}
