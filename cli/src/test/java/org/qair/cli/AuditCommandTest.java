package org.qair.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.qair.call.CallId;
import org.qair.cli.Machine.Finished;
import org.qair.host.HostLayout;
import org.qair.host.audit.AuditLog;
import org.qair.host.audit.AuditRecord;
import org.qair.host.audit.AuditRecord.Bytes;
import org.qair.host.audit.AuditRecord.End;
import org.qair.host.audit.AuditRecord.Evidence;
import org.qair.host.audit.AuditRecord.Outcome;
import picocli.CommandLine;

class AuditCommandTest {
    @TempDir
    Path root;

    private Path database;
    private String out = "";
    private String err = "";

    @BeforeEach
    void fill() throws Exception {
        database = new HostLayout(root).audit();
        Files.createDirectories(database.getParent());
        put("desk", "allow", Instant.parse("2026-06-01T12:00:00Z"));
        put("pi", "deny", Instant.parse("2026-06-02T12:00:00Z"));
    }

    private void put(String source, String decision, Instant time) {
        Optional<String> none = Optional.empty();
        try (AuditLog log = AuditLog.open(database)) {
            log.decided(new AuditRecord(
                    CallId.random(),
                    time,
                    "trigger",
                    source,
                    source,
                    none,
                    "work",
                    none,
                    "svc",
                    none,
                    none,
                    decision,
                    none,
                    none,
                    Evidence.NONE,
                    Optional.of(new End(Outcome.REFUSED, Optional.of(126), 1, Optional.of(Bytes.NONE)))));
        }
    }

    private int qair(String... words) {
        String[] all = java.util.Arrays.copyOf(words, words.length + 2);
        all[words.length] = "--root";
        all[words.length + 1] = root.toString();
        Finished finished = InProcess.run(Main.commandLine(), all);
        out = finished.stdout();
        err = finished.stderr();
        return finished.exitCode();
    }

    @Test
    void filtersNarrowWhatIsShown() {
        assertThat(qair("audit")).isZero();
        assertThat(out.lines()).hasSize(2);
        assertThat(qair("audit", "--source", "pi")).isZero();
        assertThat(out.lines()).singleElement().asString().contains("pi -> work");
        assertThat(qair("audit", "--decision", "allow", "--json")).isZero();
        assertThat(out.lines()).singleElement().asString().contains("\"source\":\"desk\"");
        assertThat(qair("audit", "--since", "2026-06-02T00:00:00Z")).isZero();
        assertThat(out.lines()).singleElement().asString().contains("pi -> work");
        assertThat(qair("audit", "--until", "2026-06-02T00:00:00Z")).isZero();
        assertThat(out.lines()).singleElement().asString().contains("desk -> work");
        assertThat(qair("audit", "--target", "work", "--service", "svc", "--last", "1"))
                .isZero();
        assertThat(out.lines()).singleElement().asString().contains("pi -> work");
    }

    @Test
    void aTimeThatIsNoneIsNamed() {
        assertThat(qair("audit", "--since", "yesterday")).isEqualTo(2);
        assertThat(err).contains("`yesterday` is no time");
    }

    @Test
    void verifyTellsWhetherAllFits() throws Exception {
        assertThat(qair("audit", "verify")).isZero();
        assertThat(out).contains("2 entries fit together; the audit is at 2:");
        String place = out.substring(out.lastIndexOf(' ') + 1).strip();
        put("later", "deny", Instant.parse("2026-06-03T12:00:00Z"));
        assertThat(qair("audit", "verify", "--expect", place, "--json")).isZero();
        assertThat(out).contains("\"faults\":[]").contains("\"entries\":3");
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + database)) {
            connection.createStatement().executeUpdate("update calls set source = 'dom0' where source = 'pi'");
        }
        assertThat(qair("audit", "verify")).isEqualTo(1);
        assertThat(out).contains("is not what the chain says of it");
        assertThat(qair("audit", "verify", "--expect", "2:xyz")).isEqualTo(2);
        assertThat(err).contains("`2:xyz` is no place in an audit");
    }

    @Test
    void followGoesOnWithWhatEnds() throws Exception {
        BlockingQueue<String> lines = new LinkedBlockingQueue<>();
        CommandLine command = Main.commandLine().setOut(new PrintWriter(new Lines(lines)));
        Thread follower = Thread.ofVirtual()
                .start(() -> command.execute("audit", "--follow", "--last", "1", "--root", root.toString()));
        assertThat(lines.poll(60, TimeUnit.SECONDS)).contains("pi -> work");
        put("later", "deny", Instant.parse("2026-06-03T12:00:00Z"));
        assertThat(lines.poll(60, TimeUnit.SECONDS)).contains("later -> work");
        follower.interrupt();
        follower.join();
    }

    /** What is written, line by line, to whoever waits for it. */
    private static final class Lines extends java.io.Writer {
        private final BlockingQueue<String> lines;
        private final StringBuilder line = new StringBuilder();

        Lines(BlockingQueue<String> lines) {
            this.lines = lines;
        }

        @Override
        public void write(char[] text, int offset, int length) {
            for (int i = offset; i < offset + length; i++) {
                if (text[i] == '\n') {
                    lines.add(line.toString());
                    line.setLength(0);
                } else {
                    line.append(text[i]);
                }
            }
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }
}
