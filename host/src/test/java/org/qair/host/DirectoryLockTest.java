package org.qair.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The lock against {@code flock(1)}, which takes the field's. */
@Timeout(120)
class DirectoryLockTest {
    private static final Duration LONG = Duration.ofMinutes(1);

    @TempDir
    Path directory;

    private int tryFlock() throws Exception {
        return new ProcessBuilder("flock", "-n", directory.toString(), "true")
                .start()
                .waitFor();
    }

    @Test
    void othersSeeTheLockAndItsEnd() throws Exception {
        try (DirectoryLock lock = DirectoryLock.take(directory, LONG)) {
            assertThat(lock).isNotNull();
            assertThat(tryFlock()).isEqualTo(1);
        }
        assertThat(tryFlock()).isZero();
    }

    @Test
    void othersLocksAreWaitedForAndNotForEver() throws Exception {
        Process other = new ProcessBuilder("flock", directory.toString(), "sh", "-c", "echo held; read line").start();
        try {
            assertThat(other.inputReader().readLine()).isEqualTo("held");
            assertThatThrownBy(() -> DirectoryLock.take(directory, Duration.ofMillis(100)))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("locked by another program");
            CompletableFuture<Boolean> taken = new CompletableFuture<>();
            Thread.startVirtualThread(() -> {
                try (DirectoryLock lock = DirectoryLock.take(directory, LONG)) {
                    taken.complete(lock != null);
                } catch (IOException | InterruptedException failed) {
                    taken.completeExceptionally(failed);
                }
            });
            assertThat(taken.isDone()).isFalse();
            other.getOutputStream().close();
            assertThat(taken.get()).isTrue();
        } finally {
            other.destroyForcibly();
        }
    }

    @Test
    void twoInOneProcessExcludeEachOther() throws Exception {
        try (DirectoryLock lock = DirectoryLock.take(directory, LONG)) {
            assertThat(lock).isNotNull();
            assertThatThrownBy(() -> DirectoryLock.take(directory, Duration.ofMillis(50)))
                    .hasMessageContaining("locked by another program");
        }
        DirectoryLock.take(directory, LONG).close();
    }

    @Test
    void aDirectoryThatIsNotThereIsAnError() throws Exception {
        Files.delete(directory);
        assertThatThrownBy(() -> DirectoryLock.take(directory, LONG))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("cannot open `" + directory);
        Files.createDirectory(directory);
    }
}
