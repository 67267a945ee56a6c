package org.qair.host;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.UUID;

/**
 * Writes files that nobody ever sees a half of, also after a crash: aside, forced to disk, then put in their place. What is written
 * aside has a name that starts with a dot.
 */
final class WholeFile {
    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rw-------");
    private static final Set<PosixFilePermission> READABLE = PosixFilePermissions.fromString("rw-r--r--");

    private WholeFile() {}

    /** Writes a file that its owner alone can read, in place of one that is there. */
    static void replace(Path file, String text) throws IOException {
        Path aside = aside(file, text, OWNER_ONLY);
        Files.move(aside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /**
     * Writes a new file that its owner alone can read.
     *
     * @throws java.nio.file.FileAlreadyExistsException when there is one; it is left as it is
     */
    static void create(Path file, String text) throws IOException {
        link(file, aside(file, text, OWNER_ONLY));
    }

    /** Writes a new file that everybody may read; else like {@link #create}. */
    static void createReadable(Path file, String text) throws IOException {
        link(file, aside(file, text, READABLE));
    }

    /** A link, unlike a rename, never takes the place of a file that is there. */
    private static void link(Path file, Path aside) throws IOException {
        try {
            Files.createLink(file, aside);
        } finally {
            Files.delete(aside);
        }
    }

    private static Path aside(Path file, String text, Set<PosixFilePermission> permissions) throws IOException {
        Path aside = file.resolveSibling("." + file.getFileName() + "." + UUID.randomUUID());
        FileAttribute<Set<PosixFilePermission>> mode = PosixFilePermissions.asFileAttribute(permissions);
        try (FileChannel out =
                FileChannel.open(aside, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), mode)) {
            ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
                out.write(bytes);
            }
            out.force(true);
            return aside;
        } catch (IOException | RuntimeException failed) {
            Files.deleteIfExists(aside);
            throw failed;
        }
    }
}
