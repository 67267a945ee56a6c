package org.qair.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.qair.policy.QubeName;
import org.qair.policy.QubeType;

/** A writer is killed with SIGKILL again and again; whatever it had acknowledged must be there, and whole. */
class CrashTest {
    private static final int MOST_CHANGES = 40;
    private static final int LONGEST_WAIT_NANOS = 3_000_000;

    @TempDir
    Path directory;

    @Test
    void nothing_that_was_acknowledged_is_lost() throws Exception {
        Path database = directory.resolve("registry.db");
        try (Registry registry = Registry.open(database)) {
            registry.change(draft -> draft.create(QubeType.AppVM, new QubeName("sys-relay"), "red"));
        }
        long seed = Long.getLong("crash.seed", System.nanoTime());
        Random random = new Random(seed);
        int rounds = Integer.getInteger("crash.rounds", 20);
        int known = 0;
        for (int round = 0; round < rounds; round++) {
            int acknowledged = writeAndKill(database, known, random);
            known = check(database, acknowledged, "round %d of seed %d".formatted(round, seed));
        }
        assertThat(known).isPositive();
    }

    /** Returns how many RemoteVMs there are at least: those that were there and those that were acknowledged. */
    private static int writeAndKill(Path database, int known, Random random) throws Exception {
        Process writer = start(database, known);
        int changes = random.nextInt(MOST_CHANGES);
        int acknowledged = known;
        try (BufferedReader lines = writer.inputReader()) {
            for (int change = 0; change < changes; change++) {
                acknowledged = number(lines) + 1;
            }
            spin(random.nextInt(LONGEST_WAIT_NANOS));
            writer.toHandle().destroyForcibly(); // unlike Process.destroyForcibly, leaves the stream open
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                acknowledged = Integer.parseInt(line) + 1;
            }
        }
        assertThat(writer.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return acknowledged;
    }

    private static int number(BufferedReader lines) throws IOException {
        String line = lines.readLine();
        assertThat(line).as("the writer ended before it was killed").isNotNull();
        return Integer.parseInt(line);
    }

    /** A sleep would end at a clock tick; this ends anywhere. */
    private static void spin(int nanos) {
        long end = System.nanoTime() + nanos;
        while (System.nanoTime() < end) {
            Thread.onSpinWait();
        }
    }

    private static int check(Path database, int acknowledged, String round) throws Exception {
        int found;
        try (Registry registry = Registry.open(database)) {
            found = registry.snapshot().qubes().size() - 2;
            assertThat(found).as(round).isBetween(acknowledged, acknowledged + 1);
            for (int number = 0; number < found; number++) {
                QubeRecord qube = registry.snapshot().get(new QubeName("far-" + number));
                assertThat(qube.remoteName()).as(round).isEqualTo("remote-" + number);
                assertThat(qube.features()).as(round).containsEntry("number", "remote-" + number);
                assertThat(qube.tags()).as(round).containsExactly("relayvm-sys-relay");
                assertThat(qube.properties()).as(round).containsOnlyKeys("label", "relayvm", "remote_name");
            }
        }
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + database);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("PRAGMA integrity_check")) {
            assertThat(row.getString(1)).as(round).isEqualTo("ok");
        }
        return found;
    }

    static Process start(Path database, int first) throws IOException {
        return new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-XX:TieredStopAtLevel=1",
                        "-Xmx128m",
                        "-XX:+UseSerialGC",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"))
                                + File.pathSeparator,
                        CrashWriter.class.getName(),
                        database.toString(),
                        Integer.toString(first))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }
}
