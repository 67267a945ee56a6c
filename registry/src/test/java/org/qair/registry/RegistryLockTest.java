package org.qair.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class RegistryLockTest {
    @TempDir
    Path directory;

    @Test
    void it_is_taken_once_and_again_after_it_was_given_up() throws IOException {
        Path database = directory.resolve("registry.db");
        try (RegistryLock lock = RegistryLock.take(database)) {
            assertThat(lock).isNotNull();
            assertThatThrownBy(() -> RegistryLock.take(database)).isInstanceOf(RegistryLockedException.class);
            assertThatThrownBy(() -> RegistryLock.take(directory.resolve(".").resolve("registry.db")))
                    .isInstanceOf(RegistryLockedException.class);
            RegistryLock.take(directory.resolve("other.db")).close();
        }
        RegistryLock.take(database).close();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve("registry.db.lock"))))
                .isEqualTo("rw-------");
    }

    @Test
    void another_process_that_holds_it_is_named_and_its_death_frees_it() throws Exception {
        Path database = directory.resolve("registry.db");
        Process holder = CrashTest.start(database, 0);
        try (BufferedReader lines = holder.inputReader()) {
            assertThat(lines.readLine()).isNotNull();
            assertThatThrownBy(() -> Registry.open(database))
                    .isInstanceOf(RegistryLockedException.class)
                    .hasMessage("the registry `%s` is in use by process %d", database, holder.pid());
            assertThatThrownBy(() -> RegistryLock.take(database)).hasMessageContaining("by process " + holder.pid());
        } finally {
            holder.toHandle().destroyForcibly();
        }
        assertThat(holder.waitFor(60, TimeUnit.SECONDS)).isTrue();
        Registry.open(database).close();
    }

    @Test
    void a_directory_that_is_not_there_is_an_ioexception() {
        assertThatThrownBy(() -> Registry.open(directory.resolve("none").resolve("registry.db")))
                .isInstanceOf(IOException.class);
    }
}
