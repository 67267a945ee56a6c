package org.qair.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The unit of {@code systemd} that is shipped, as {@code systemd} itself reads it. */
class UnitTest {
    private static final Path ANALYZE = Path.of("/usr/bin/systemd-analyze");

    @Test
    void isUnderstoodBySystemdWithAndWithoutItsStrictPart(@TempDir Path directory) throws Exception {
        boolean installed = Files.isExecutable(ANALYZE);
        assertThat(installed || System.getenv("CI") == null)
                .as("CI installs systemd")
                .isTrue();
        Assumptions.assumeTrue(installed, "systemd-analyze is not installed");
        Path shipped = Path.of("../dist/systemd").toAbsolutePath();
        Path unit = directory.resolve("qair-agent.service");
        Files.writeString(
                unit,
                Files.readString(shipped.resolve("qair-agent.service"))
                        .replace("/usr/local/bin/qair agent", "/bin/true agent"));
        assertThat(verify(unit)).isEmpty();
        Path part = Files.createDirectory(directory.resolve("qair-agent.service.d"));
        Files.copy(shipped.resolve("qair-agent-strict.conf"), part.resolve("strict.conf"));
        assertThat(verify(unit)).isEmpty();
        Files.writeString(part.resolve("wrong.conf"), "[Service]\nProtectEverything=yes\n");
        assertThat(verify(unit)).contains("ProtectEverything");
    }

    private static String verify(Path unit) throws Exception {
        Process analyze = new ProcessBuilder(ANALYZE.toString(), "verify", "--recursive-errors=no", unit.toString())
                .redirectErrorStream(true)
                .start();
        String said = new String(analyze.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        analyze.waitFor();
        return said;
    }
}
