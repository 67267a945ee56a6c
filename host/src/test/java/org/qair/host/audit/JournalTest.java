package org.qair.host.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.qair.call.CallId;
import org.qair.host.audit.AuditRecord.Bytes;
import org.qair.host.audit.AuditRecord.End;
import org.qair.host.audit.AuditRecord.Evidence;
import org.qair.host.audit.AuditRecord.Outcome;

class JournalTest {
    private static final Optional<String> NONE = Optional.empty();

    @TempDir
    Path directory;

    private static AuditRecord call(String service) {
        return new AuditRecord(
                new CallId("ab".repeat(16)),
                Instant.EPOCH,
                "ssh",
                "relay",
                "pi",
                Optional.of("relay"),
                "work",
                NONE,
                service,
                NONE,
                NONE,
                "deny",
                NONE,
                Optional.of("two\nlines"),
                Evidence.NONE,
                Optional.of(new End(Outcome.REFUSED, Optional.of(126), 1, Optional.of(Bytes.NONE))));
    }

    @Test
    void anEntryHasEveryFieldAndNoValueBeginsAnother() throws Exception {
        Path socat = Path.of("/usr/bin/socat");
        if (System.getenv("CI") == null) {
            Assumptions.assumeTrue(Files.isExecutable(socat), "socat stands in for the journal: install it");
        }
        Path socket = directory.resolve("socket");
        Process receiver =
                new ProcessBuilder(socat.toString(), "-d", "-d", "-u", "UNIX-RECV:" + socket, "STDOUT").start();
        try (Journal journal = Journal.open(socket);
                BufferedReader log = receiver.errorReader()) {
            awaitLine(log, "starting data transfer loop");
            journal.send(call("svc+QAIR_SOURCE=dom0"));
            List<String> lines = readEntry(receiver.inputReader(StandardCharsets.ISO_8859_1));
            assertThat(lines).contains("SYSLOG_IDENTIFIER", "PRIORITY", "MESSAGE_ID", "QAIR_ARGUMENT", "QAIR_OUTCOME");
            assertThat(lines).doesNotContain("QAIR_TARGET");
            assertThat(lines).filteredOn("QAIR_SOURCE"::equals).hasSize(1);
            assertThat(String.join("\n", lines)).contains("pi (via relay) -> work  svc+QAIR_SOURCE=dom0  deny");
        } finally {
            receiver.destroyForcibly();
        }
    }

    private static void awaitLine(BufferedReader log, String text) throws IOException {
        for (String line = log.readLine(); line != null; line = log.readLine()) {
            if (line.contains(text)) {
                return;
            }
        }
        throw new AssertionError("socat ended");
    }

    /** Up to the last field, whose name is known. */
    private static List<String> readEntry(BufferedReader in) throws IOException {
        List<String> lines = new ArrayList<>();
        while (!lines.contains("QAIR_STAGES_US")) {
            lines.add(in.readLine());
        }
        return lines;
    }

    @Test
    void aJournalThatIsNotThereIsNotWaitedFor() throws Exception {
        try (Journal journal = Journal.open(directory.resolve("nobody"))) {
            journal.send(call("svc"));
        }
    }

    @Test
    void aPathThatIsTooLongIsNamed() {
        assertThatThrownBy(() -> Journal.open(Path.of("/" + "x".repeat(107))))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("108 bytes");
    }
}
