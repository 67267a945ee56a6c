package org.qair.host.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class CheckpointsTest {
    private static final int CHANGES = 2_000;

    @TempDir
    Path directory;

    private AuditLog audit;

    @BeforeEach
    void open() {
        audit = AuditLog.open(directory.resolve("audit.db")); // whose log stays where it is
    }

    @AfterEach
    void close() {
        audit.close();
    }

    @Test
    void aLogOnceLargeIsNotMovedAllTheTime() throws Exception {
        try (Checkpoints checkpoints = checkpoints(17L << 20)) {
            for (int i = 0; i < CHANGES; i++) {
                checkpoints.committed(1);
                if (i % 100 == 0) {
                    checkpoints.awaitMove();
                }
            }
            assertThat(checkpoints.moves()).isBetween(1, 3);
        }
    }

    @Test
    void aSmallLogIsLeftAlone() throws Exception {
        try (Checkpoints checkpoints = checkpoints(1L << 20)) {
            checkpoints.committed(CHANGES);
            assertThat(checkpoints.moves()).isZero();
        }
    }

    /** Those of a database whose log's file is so large. */
    private Checkpoints checkpoints(long size) throws IOException {
        Path database = directory.resolve("audit.db");
        try (RandomAccessFile log = new RandomAccessFile(database + "-wal", "rw")) {
            log.setLength(size);
        }
        return new Checkpoints(database);
    }
}
