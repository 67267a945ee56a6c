package org.qair.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class CommandStartTest {
    @TempDir
    Path directory;

    /** A copy of SQLite's library there would be slow, might be forbidden to run, and would stay when the command is killed. */
    @Test
    void aCommandNeedsNoDirectoryOfTemporaryFiles() throws Exception {
        Files.createDirectory(directory.resolve("root"));
        ProcessBuilder builder = new ProcessBuilder(
                Programs.qair(),
                "qube",
                "list",
                "--root",
                directory.resolve("root").toString());
        builder.environment().put("QAIR_JAVA_OPTS", "-Djava.io.tmpdir=" + directory.resolve("none"));
        Finished listed = Programs.finish(builder.start(), new byte[0]);
        assertThat(listed.exitCode()).as(listed.stderr()).isZero();
        assertThat(listed.stdout()).contains("dom0");
    }

    @Test
    void aCommandKnowsItsVersion() throws Exception {
        Finished said = Programs.run(List.of(Programs.qair(), "--version"), new byte[0]);
        assertThat(said.stdout()).matches("qair [0-9]+\\.[0-9]+\\.[0-9]+\\S*\n");
    }
}
