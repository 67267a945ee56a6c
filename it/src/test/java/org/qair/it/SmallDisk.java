package org.qair.it;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/** A file system of a few megabytes, in memory, that can be filled. Needs root. */
final class SmallDisk implements AutoCloseable {
    private static final int BLOCK = 4096;

    private final Path path;

    private SmallDisk(Path path) {
        this.path = path;
    }

    static SmallDisk at(Path path) throws Exception {
        boolean root = System.getProperty("user.name").equals("root");
        if (!root && System.getenv("CI") != null) {
            throw new AssertionError("CI runs as root, so that this test can mount a disk");
        }
        Assumptions.assumeTrue(root, "mounting a disk needs root");
        Files.createDirectories(path);
        run("mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", path.toString());
        return new SmallDisk(path);
    }

    Path path() {
        return path;
    }

    /** Nobody writes anything more. */
    void fill() throws IOException {
        byte[] block = new byte[BLOCK];
        try (OutputStream filler = Files.newOutputStream(path.resolve("filler"))) {
            while (true) {
                filler.write(block);
            }
        } catch (IOException full) {
            if (Files.getFileStore(path).getUsableSpace() > 0) {
                throw full;
            }
        }
    }

    void free() throws IOException {
        Files.delete(path.resolve("filler"));
    }

    private static void run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(List.of(command)).inheritIO().start();
        if (process.waitFor() != 0) {
            throw new IOException("`" + String.join(" ", command) + "` ended with " + process.exitValue());
        }
    }

    /** After all that uses it has ended. */
    @Override
    public void close() throws IOException {
        try {
            run("umount", path.toString());
        } catch (InterruptedException interrupted) {
            throw new IOException(interrupted);
        }
    }
}
