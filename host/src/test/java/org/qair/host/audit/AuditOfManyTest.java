package org.qair.host.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.qair.call.CallId;
import org.qair.host.audit.AuditRecord.Bytes;
import org.qair.host.audit.AuditRecord.End;
import org.qair.host.audit.AuditRecord.Outcome;

/** Calls of many threads, whose records are written together. */
@Timeout(120)
class AuditOfManyTest {
    private static final int CALLS = 500;
    private static final End DONE = new End(Outcome.COMPLETED, Optional.of(0), 9, Optional.of(Bytes.NONE));

    @TempDir
    Path directory;

    private static AuditRecord call(CallId id) {
        return new AuditRecord(
                id,
                Instant.ofEpochSecond(1_700_000_000L, 123_456_789),
                "trigger",
                "work",
                "work",
                Optional.empty(),
                "vault",
                Optional.of("vault"),
                "svc",
                Optional.empty(),
                Optional.empty(),
                "allow",
                Optional.of("30.policy:7"),
                Optional.empty(),
                AuditRecord.Evidence.NONE,
                Optional.empty());
    }

    private Path database() {
        return directory.resolve("audit.db");
    }

    private List<String> faults() {
        try (AuditReader reader = AuditReader.open(database())) {
            return reader.verify(Optional.empty()).faults();
        }
    }

    @Test
    void eachIsKeptAndTheChainIsWhole() throws Exception {
        Set<CallId> told = ConcurrentHashMap.newKeySet();
        List<CallId> ids = Stream.generate(CallId::random).limit(CALLS).toList();
        try (AuditLog log = AuditLog.open(database(), call -> told.add(call.id()));
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> all = ids.stream()
                    .<Future<?>>map(id -> threads.submit(() -> {
                        log.decided(call(id));
                        log.ended(id, DONE, "");
                    }))
                    .toList();
            for (Future<?> one : all) {
                one.get();
            }
        }
        assertThat(told).containsExactlyInAnyOrderElementsOf(ids);
        try (AuditReader reader = AuditReader.open(database())) {
            assertThat(reader.last(2 * CALLS))
                    .hasSize(CALLS)
                    .allMatch(call -> call.end().equals(Optional.of(DONE)));
        }
        assertThat(faults()).isEmpty();
    }

    @Test
    void oneThatCannotBeKeptFailsAlone() throws Exception {
        CallId twice = CallId.random();
        try (AuditLog log = AuditLog.open(database());
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            log.decided(call(twice));
            List<Future<?>> others = IntStream.range(0, CALLS)
                    .<Future<?>>mapToObj(i -> threads.submit(() -> log.decided(call(CallId.random()))))
                    .toList();
            List<Future<?>> same = IntStream.range(0, 20)
                    .<Future<?>>mapToObj(i -> threads.submit(() -> log.decided(call(twice))))
                    .toList();
            for (Future<?> other : others) {
                other.get();
            }
            for (Future<?> again : same) {
                assertThatThrownBy(again::get)
                        .isInstanceOf(ExecutionException.class)
                        .hasCauseInstanceOf(AuditException.class);
            }
            log.ended(twice, DONE, "why");
        }
        try (AuditReader reader = AuditReader.open(database())) {
            List<AuditRecord> calls = reader.last(2 * CALLS);
            assertThat(calls).hasSize(CALLS + 1);
            assertThat(calls.getFirst().reason()).hasValue("why");
            assertThat(calls.getFirst().time()).isEqualTo(Instant.ofEpochSecond(1_700_000_000L, 123_000_000));
        }
        assertThat(faults()).isEmpty();
    }

    /** The database itself is written by that alone, as long as its log is shorter than what a call would wait for. */
    @Test
    void theLogIsMovedIntoTheDatabaseMeanwhile() throws Exception {
        try (AuditLog audit = AuditLog.open(database())) {
            long before = Files.size(database());
            while (Files.size(database()) == before) {
                audit.decided(call(CallId.random()));
            }
            assertThat(Files.size(directory.resolve("audit.db-wal"))).isLessThan(60L << 20);
        }
    }
}
