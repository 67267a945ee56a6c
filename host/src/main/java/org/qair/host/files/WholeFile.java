package org.qair.host.files;

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
public final class WholeFile {
    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rw-------");
    private static final Set<PosixFilePermission> READABLE = PosixFilePermissions.fromString("rw-r--r--");

    private WholeFile() {}

    /** Writes a file that its owner alone can read, in place of one that is there. */
    public static void replace(Path file, String text) throws IOException {
        replace(file, text.getBytes(StandardCharsets.UTF_8), OWNER_ONLY);
    }

    /** Writes a file with those permissions, in place of one that is there; when this returns, a loss of power does not undo it. */
    public static void replace(Path file, byte[] content, Set<PosixFilePermission> permissions) throws IOException {
        Path aside = aside(file, content, permissions);
        Files.move(aside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        forceDirectoryOf(file);
    }

    /** Takes a file away, for good. */
    public static void delete(Path file) throws IOException {
        Files.delete(file);
        forceDirectoryOf(file);
    }

    private static void forceDirectoryOf(Path file) throws IOException {
        try (FileChannel entries = FileChannel.open(file.resolveSibling("."), StandardOpenOption.READ)) {
            entries.force(true);
        }
    }

    /**
     * Writes a new file that its owner alone can read.
     *
     * @throws java.nio.file.FileAlreadyExistsException when there is one; it is left as it is
     */
    public static void create(Path file, String text) throws IOException {
        link(file, aside(file, text.getBytes(StandardCharsets.UTF_8), OWNER_ONLY));
    }

    /** Writes a new file that everybody may read; else like {@link #create}. */
    public static void createReadable(Path file, String text) throws IOException {
        link(file, aside(file, text.getBytes(StandardCharsets.UTF_8), READABLE));
    }

    /** A link, unlike a rename, never takes the place of a file that is there. */
    private static void link(Path file, Path aside) throws IOException {
        try {
            Files.createLink(file, aside);
        } finally {
            Files.delete(aside);
        }
    }

    private static Path aside(Path file, byte[] content, Set<PosixFilePermission> permissions) throws IOException {
        Path aside = file.resolveSibling("." + file.getFileName() + "." + UUID.randomUUID());
        FileAttribute<Set<PosixFilePermission>> mode = PosixFilePermissions.asFileAttribute(permissions);
        try (FileChannel out =
                FileChannel.open(aside, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), mode)) {
            ByteBuffer bytes = ByteBuffer.wrap(content);
            while (bytes.hasRemaining()) {
                out.write(bytes);
            }
            Files.setPosixFilePermissions(aside, permissions); // what the umask took away
            out.force(true);
            return aside;
        } catch (IOException | RuntimeException failed) {
            Files.deleteIfExists(aside);
            throw failed;
        }
    }
}
