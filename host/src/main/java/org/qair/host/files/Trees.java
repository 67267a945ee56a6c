package org.qair.host.files;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.attribute.BasicFileAttributeView;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes directories with what is in them, however deep, also while somebody else exchanges it: links are removed, not followed,
 * because each file is named by the open directory that it is in.
 */
public final class Trees {
    private static final Logger LOG = LoggerFactory.getLogger(Trees.class);
    private static final int ATTEMPTS = 100;

    private Trees() {}

    /**
     * Removes what is in a directory, but for one thing, and the directory when nothing is left in it; one that was given to this process, as
     * service managers do by mounting it, stays.
     */
    public static void deleteBut(Path kept, Path directory) throws IOException {
        if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
            delete(directory);
            return;
        }
        boolean keeps = Files.isDirectory(kept, LinkOption.NOFOLLOW_LINKS);
        List<Path> found;
        try (Stream<Path> list = Files.list(directory)) {
            found = list.filter(path -> !keeps || !path.equals(kept)).toList();
        }
        for (Path path : found) {
            delete(path);
        }
        if (!keeps) {
            deleteIfOurs(directory);
        }
    }

    private static void deleteIfOurs(Path directory) throws IOException {
        try {
            Files.deleteIfExists(directory);
        } catch (DirectoryNotEmptyException filledAgain) {
            throw filledAgain;
        } catch (FileSystemException given) {
            LOG.debug("`{}` stays: {}", directory, given.getReason());
        }
    }

    /** Removes a file, or a directory whose own place is in the hands of this process's user alone. */
    public static void delete(Path path) throws IOException {
        Path name = path.getFileName();
        Path parent = path.toAbsolutePath().getParent();
        if (name == null || parent == null || !Files.isDirectory(parent)) {
            return;
        }
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(parent)) {
            if (!(stream instanceof SecureDirectoryStream<Path> open)) {
                throw new IOException("`%s` cannot be removed safely on this system".formatted(path));
            }
            new Removal(open, name).run();
        }
    }

    /** Directories within are moved up first, so that no path is too long and none of them is somebody's to exchange. */
    private static final class Removal {
        private final SecureDirectoryStream<Path> parent;
        private final Path name;
        private final Deque<Path> directories = new ArrayDeque<>();
        private int moved;

        Removal(SecureDirectoryStream<Path> parent, Path name) {
            this.parent = parent;
            this.name = name;
        }

        void run() throws IOException {
            if (!removedAsFile(parent, name)) {
                directories.add(name);
            }
            while (!directories.isEmpty()) {
                remove(directories.remove());
            }
        }

        private void remove(Path directory) throws IOException {
            for (int attempt = 1; ; attempt++) {
                try {
                    empty(directory);
                    parent.deleteDirectory(directory);
                    return;
                } catch (NoSuchFileException gone) {
                    return;
                } catch (DirectoryNotEmptyException filledMeanwhile) {
                    if (attempt == ATTEMPTS) {
                        throw filledMeanwhile;
                    }
                }
            }
        }

        private void empty(Path directory) throws IOException {
            try (SecureDirectoryStream<Path> open = parent.newDirectoryStream(directory, LinkOption.NOFOLLOW_LINKS)) {
                for (Path found : open) {
                    Path file = found.getFileName();
                    if (!removedAsFile(open, file)) {
                        Path up = name.resolveSibling(".gone-%s-%d".formatted(name, ++moved));
                        open.move(file, parent, up);
                        directories.add(up);
                    }
                }
            }
        }

        /** False for a directory. */
        private static boolean removedAsFile(SecureDirectoryStream<Path> in, Path file) throws IOException {
            try {
                boolean directory = in.getFileAttributeView(
                                file, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                        .readAttributes()
                        .isDirectory();
                if (!directory) {
                    in.deleteFile(file);
                }
                return !directory;
            } catch (NoSuchFileException gone) {
                return true;
            }
        }
    }
}
