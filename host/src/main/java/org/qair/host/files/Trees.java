package org.qair.host.files;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Removes directories with what is in them; links are removed, not followed. */
public final class Trees {
    private static final Logger LOG = LoggerFactory.getLogger(Trees.class);

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

    public static void delete(Path directory) throws IOException {
        if (!Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        List<Path> found;
        try (Stream<Path> walk = Files.walk(directory)) {
            found = walk.sorted(Comparator.reverseOrder()).toList();
        } catch (UncheckedIOException unreadable) {
            throw unreadable.getCause();
        }
        for (Path path : found) {
            Files.deleteIfExists(path);
        }
    }
}
