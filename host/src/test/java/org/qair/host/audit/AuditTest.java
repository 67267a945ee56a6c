package org.qair.host.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.qair.call.CallId;
import org.qair.host.audit.AuditRecord.Bytes;
import org.qair.host.audit.AuditRecord.End;
import org.qair.host.audit.AuditRecord.Outcome;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class AuditTest {
    @TempDir
    Path directory;

    private static AuditRecord call(String service, Optional<End> end) {
        return new AuditRecord(
                CallId.random(),
                Instant.ofEpochMilli(1_700_000_000_123L),
                "ssh",
                "relay",
                "pi",
                Optional.of("relay"),
                "work",
                Optional.of("work"),
                service,
                Optional.empty(),
                Optional.empty(),
                "allow",
                Optional.of("/etc/qubes/policy.d/30.policy:7"),
                Optional.empty(),
                AuditRecord.Evidence.NONE,
                end);
    }

    private Path database() {
        return directory.resolve("audit.db");
    }

    @Test
    void keepsCallsAndTheirEnds() {
        AuditRecord running = call("svc+arg", Optional.empty());
        End end = new End(Outcome.COMPLETED, Optional.of(3), 1234, Optional.of(new Bytes(1, 2, 3)));
        AuditRecord refused =
                call("svc", Optional.of(new End(Outcome.REFUSED, Optional.of(126), 10, Optional.of(Bytes.NONE))));
        try (AuditLog log = AuditLog.open(database())) {
            log.decided(running);
            log.decided(refused);
            log.ended(running.id(), end, "");
        }
        try (AuditReader reader = AuditReader.open(database())) {
            assertThat(reader.last(10)).hasSize(2);
            assertThat(reader.last(10).get(0).end()).hasValue(end);
            assertThat(reader.last(10).get(1)).isEqualTo(refused);
            assertThat(reader.last(1)).containsExactly(refused);
        }
    }

    @Test
    void tellsWhatWentPastTheHostFromNothing() {
        AuditRecord direct =
                call("svc", Optional.of(new End(Outcome.COMPLETED, Optional.empty(), 9, Optional.empty())));
        try (AuditLog log = AuditLog.open(database())) {
            log.decided(direct);
        }
        try (AuditReader reader = AuditReader.open(database())) {
            assertThat(reader.last(1)).containsExactly(direct);
        }
        JsonNode json = JsonMapper.shared().readTree(AuditJson.of(direct));
        assertThat(json.get("bytes_in").isNull()).isTrue();
        assertThat(json.get("exit_code").isNull()).isTrue();
        assertThat(AuditText.of(direct)).endsWith("completed 0.0ms directly");
    }

    @Test
    void isForItsOwnerAlone() throws Exception {
        AuditLog.open(database()).close();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(database())))
                .isEqualTo("rw-------");
    }

    @Test
    void marksWhatAKilledHostLeftRunningAsLost() {
        try (AuditLog log = AuditLog.open(database())) {
            log.decided(call("svc", Optional.empty()));
        }
        AuditLog.open(database()).close();
        try (AuditReader reader = AuditReader.open(database())) {
            End lost = reader.last(1).getFirst().end().orElseThrow();
            assertThat(lost.outcome()).isEqualTo(Outcome.LOST);
            assertThat(lost.exitCode()).isEmpty();
        }
    }

    @Test
    void canBeReadWhileItIsWritten() {
        try (AuditLog log = AuditLog.open(database());
                AuditReader reader = AuditReader.open(database())) {
            log.decided(call("svc", Optional.empty()));
            assertThat(reader.last(1)).hasSize(1);
        }
    }

    @Test
    void saysThatThereIsNone() {
        assertThatThrownBy(() -> AuditReader.open(database()))
                .isInstanceOf(AuditException.class)
                .hasMessageContaining("no host has run there yet");
    }

    @Test
    void jsonHasEveryFieldAndTellsAnEmptyArgumentFromNone() {
        JsonNode none = JsonMapper.shared().readTree(AuditJson.of(call("svc", Optional.empty())));
        assertThat(none.propertyNames())
                .containsExactlyInAnyOrder(
                        "id",
                        "time",
                        "door",
                        "caller",
                        "source",
                        "via",
                        "requested_target",
                        "target",
                        "service",
                        "argument",
                        "relay",
                        "relayed_service",
                        "decision",
                        "rule",
                        "reason",
                        "outcome",
                        "exit_code",
                        "duration_ms",
                        "bytes_in",
                        "bytes_out",
                        "bytes_err",
                        "proof",
                        "claimed_source",
                        "prompt",
                        "stages_us");
        assertThat(none.get("argument").isNull()).isTrue();
        assertThat(none.get("outcome").isNull()).isTrue();
        JsonNode empty = JsonMapper.shared().readTree(AuditJson.of(call("svc+", Optional.empty())));
        assertThat(empty.get("argument").asString()).isEmpty();
        assertThat(empty.get("service").asString()).isEqualTo("svc");
    }

    @Test
    void textCommandsNoTerminal() {
        String line = AuditText.of(call("svc\u001b[2J\n", Optional.empty()));
        assertThat(line).doesNotContain("\u001b").doesNotContain("\n").contains("\\u001b");
        assertThat(line)
                .contains("pi (via relay) -> work")
                .contains("30.policy:7")
                .contains("running");
    }
}
