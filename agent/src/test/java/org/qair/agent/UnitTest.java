package org.qair.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.qair.testing.ShippedUnit;

/** The unit of {@code systemd} that is shipped, as {@code systemd} itself reads it. */
class UnitTest {
    @Test
    void isUnderstoodBySystemdWithAndWithoutItsStrictPart(@TempDir Path directory) throws Exception {
        boolean installed = Files.isExecutable(ShippedUnit.ANALYZE);
        assertThat(installed || System.getenv("CI") == null)
                .as("CI installs systemd")
                .isTrue();
        Assumptions.assumeTrue(installed, "systemd-analyze is not installed");
        Path shipped = Path.of("../dist/systemd").toAbsolutePath();
        ShippedUnit unit = new ShippedUnit(shipped, "qair-agent.service", "/usr/local/bin/qair", directory);
        assertThat(unit.faults()).isEmpty();
        unit.add("qair-agent-strict.conf");
        assertThat(unit.faults()).isEmpty();
        unit.add("wrong.conf", "[Service]\nProtectEverything=yes\n");
        assertThat(unit.faults()).contains("ProtectEverything");
    }
}
