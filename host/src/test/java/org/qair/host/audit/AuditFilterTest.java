package org.qair.host.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.qair.call.CallId;
import org.qair.host.audit.AuditRecord.Bytes;
import org.qair.host.audit.AuditRecord.End;
import org.qair.host.audit.AuditRecord.Evidence;
import org.qair.host.audit.AuditRecord.Outcome;

class AuditFilterTest {
    private static final Instant NOON = Instant.parse("2026-06-01T12:00:00Z");
    private static final Optional<String> ANY = Optional.empty();

    @TempDir
    Path directory;

    private AuditLog log;
    private AuditReader reader;

    @BeforeEach
    void fill() {
        log = AuditLog.open(directory.resolve("audit.db"));
        reader = AuditReader.open(directory.resolve("audit.db"));
        put("00", "a", "x", Optional.of("x"), "svc", "allow", 0);
        put("01", "a", "y", ANY, "svc+arg", "deny", 1);
        put("10", "b", "@default", Optional.of("y"), "svc-other+svc", "allow", 2);
    }

    @AfterEach
    void close() {
        reader.close();
        log.close();
    }

    private void put(
            String id,
            String source,
            String asked,
            Optional<String> target,
            String service,
            String decision,
            int second) {
        log.decided(new AuditRecord(
                new CallId(id + "0".repeat(30)),
                NOON.plusSeconds(second),
                "trigger",
                source,
                source,
                ANY,
                asked,
                target,
                service,
                ANY,
                ANY,
                decision,
                ANY,
                ANY,
                Evidence.NONE,
                Optional.of(new End(Outcome.COMPLETED, Optional.of(0), 1, Optional.of(Bytes.NONE)))));
    }

    private List<String> found(AuditFilter filter) {
        return reader.last(10, filter).stream()
                .map(call -> call.id().value().substring(0, 2))
                .toList();
    }

    private static AuditFilter filter(
            Optional<String> source, Optional<String> target, Optional<String> service, Optional<String> decision) {
        return new AuditFilter(source, target, service, decision, Optional.empty(), Optional.empty(), ANY);
    }

    @Test
    void eachOneNarrows() {
        assertThat(found(AuditFilter.ALL)).containsExactly("00", "01", "10");
        assertThat(found(filter(Optional.of("a"), ANY, ANY, ANY))).containsExactly("00", "01");
        assertThat(found(filter(ANY, Optional.of("y"), ANY, ANY))).containsExactly("01", "10");
        assertThat(found(filter(ANY, ANY, Optional.of("svc"), ANY))).containsExactly("00", "01");
        assertThat(found(filter(ANY, ANY, ANY, Optional.of("deny")))).containsExactly("01");
        assertThat(found(filter(Optional.of("a"), Optional.of("y"), Optional.of("svc"), Optional.of("allow"))))
                .isEmpty();
    }

    @Test
    void timesAreFromAndUpTo() {
        AuditFilter second = new AuditFilter(
                ANY, ANY, ANY, ANY, Optional.of(NOON.plusSeconds(1)), Optional.of(NOON.plusSeconds(2)), ANY);
        assertThat(found(second)).containsExactly("01");
    }

    @Test
    void aCallIsFoundByTheBeginningOfItsId() {
        AuditFilter filter = new AuditFilter(ANY, ANY, ANY, ANY, Optional.empty(), Optional.empty(), Optional.of("0"));
        assertThat(found(filter)).containsExactly("00", "01");
    }

    @Test
    void textOfPeopleIsNoSql() {
        assertThat(found(filter(Optional.of("' or 1=1 --"), ANY, ANY, ANY))).isEmpty();
    }

    @Test
    void whatEndedBetweenTwoPlacesComesInThatOrder() {
        ChainLink before = reader.head();
        put("20", "a", "x", Optional.of("x"), "svc", "allow", 3);
        put("21", "b", "x", Optional.of("x"), "svc", "allow", 4);
        ChainLink after = reader.head();
        assertThat(reader.endedSince(before, after, AuditFilter.ALL)).hasSize(2);
        assertThat(reader.endedSince(before, after, filter(Optional.of("b"), ANY, ANY, ANY)))
                .extracting(AuditRecord::source)
                .containsExactly("b");
        assertThat(reader.endedSince(after, after, AuditFilter.ALL)).isEmpty();
    }
}
