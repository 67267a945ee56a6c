package org.qair.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DirectoryWatchTest {
    @TempDir
    Path directory;

    private final Semaphore changes = new Semaphore(0);

    private boolean told() throws InterruptedException {
        boolean told = changes.tryAcquire(30, TimeUnit.SECONDS);
        changes.drainPermits();
        return told;
    }

    private Set<Path> note(Path... more) {
        changes.release();
        return Set.of(more);
    }

    @Test
    void tellsAtTheStartAndOfEveryChange() throws Exception {
        Path policy = Files.createDirectory(directory.resolve("policy.d"));
        try (DirectoryWatch _ = new DirectoryWatch("policy", List.of(policy), this::note)) {
            assertThat(told()).isTrue();
            Path file = Files.writeString(policy.resolve("a"), "1");
            assertThat(told()).isTrue();
            Files.writeString(file, "2");
            assertThat(told()).isTrue();
            Files.delete(file);
            assertThat(told()).isTrue();
        }
    }

    @Test
    void seesADirectoryThatIsMadeLaterAndMadeAgain() throws Exception {
        Path policy = directory.resolve("etc/policy.d");
        try (DirectoryWatch _ = new DirectoryWatch("policy", List.of(policy), this::note)) {
            assertThat(told()).isTrue();
            for (int round = 0; round < 2; round++) {
                Files.createDirectories(policy);
                assertThat(told()).isTrue();
                Path file = Files.writeString(policy.resolve("a"), "1");
                assertThat(told()).isTrue();
                Files.delete(file);
                assertThat(told()).isTrue();
                Files.delete(policy);
                assertThat(told()).isTrue();
            }
        }
    }

    @Test
    void watchesWhatTheReaderAsksForBeside() throws Exception {
        Path policy = Files.createDirectory(directory.resolve("policy.d"));
        Path included = Files.createDirectory(directory.resolve("include"));
        try (DirectoryWatch _ = new DirectoryWatch("policy", List.of(policy), () -> note(included))) {
            assertThat(told()).isTrue();
            Files.writeString(included.resolve("a"), "1");
            assertThat(told()).isTrue();
        }
    }
}
