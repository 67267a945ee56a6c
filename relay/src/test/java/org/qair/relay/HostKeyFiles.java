package org.qair.relay;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Host keys of every kind that {@code ssh-keygen} made once for all servers of this process: an RSA key takes its time. */
final class HostKeyFiles {
    private static final List<String> TYPES = List.of("ed25519", "ecdsa", "rsa");
    private static @Nullable Path made;

    private HostKeyFiles() {}

    static synchronized void copyTo(Path directory) throws IOException, InterruptedException {
        Path source = made;
        if (source == null) {
            source = Files.createTempDirectory("qair-host-keys");
            source.toFile().deleteOnExit(); // first, because the last that is named is deleted first
            for (String type : TYPES) {
                Tools.run(
                        "ssh-keygen",
                        "-q",
                        "-t",
                        type,
                        "-N",
                        "",
                        "-f",
                        file(source, type).toString());
                file(source, type).toFile().deleteOnExit();
                Path.of(file(source, type) + ".pub").toFile().deleteOnExit();
            }
            made = source;
        }
        for (String type : TYPES) {
            for (String end : List.of("", ".pub")) {
                Files.copy(
                        Path.of(file(source, type) + end),
                        Path.of(file(directory, type) + end),
                        StandardCopyOption.COPY_ATTRIBUTES);
            }
        }
    }

    private static Path file(Path directory, String type) {
        return directory.resolve("host_" + type);
    }
}
