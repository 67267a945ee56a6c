package org.qair.exec;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.qair.call.CallException;
import org.qair.policy.ServiceName;

/**
 * How a file that belongs to a service is looked up: first by service and argument together, {@code svc+} when there is none, in
 * all directories, then by the service alone. A name over 255 bytes cannot have one. What cannot be looked at is no reason to go on
 * to the next: it might have forbidden what that one allows.
 */
final class FileLookup {
    private static final int LONGEST_FILE_NAME = 255;

    private static final int LONGEST_CHAIN = 40;

    private FileLookup() {}

    static Optional<Path> first(List<Path> directories, ServiceName service) throws CallException.Failed {
        List<String> names = Stream.of(service.name() + service.ruleArgument(), service.name())
                .filter(name -> name.length() <= LONGEST_FILE_NAME)
                .toList();
        Set<Path> absent = new HashSet<>();
        for (String name : names) {
            for (Path directory : directories) {
                Path file = directory.resolve(name);
                if (!absent.contains(directory) && isThere(file, directory, absent)) {
                    return Optional.of(file);
                }
            }
        }
        return Optional.empty();
    }

    /**
     * A directory is none: the service names {@code .} and {@code ..} are legal. A dangling link may name {@code /dev/tcp}.
     *
     * @param absent takes a directory that is not there, which need not be looked at for every name
     */
    private static boolean isThere(Path file, Path directory, Set<Path> absent) throws CallException.Failed {
        try {
            var ignored = Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            return !Files.isDirectory(file);
        } catch (NoSuchFileException missing) {
            if (!Files.isDirectory(directory)) {
                checkDirectory(nearest(file.toAbsolutePath()), LONGEST_CHAIN);
                absent.add(directory);
            }
            return false;
        } catch (IOException unreachable) {
            throw unreachable(file, unreachable);
        }
    }

    /** The JDK has one exception for what is missing and for what is below a file: the latter may hide what should be found. */
    private static void checkDirectory(Path there, int linksLeft) throws CallException.Failed {
        if (Files.isDirectory(there)) {
            return;
        }
        if (!Files.isSymbolicLink(there) || linksLeft == 0) {
            throw new CallException.Failed(
                    "`%s` is no directory, so what is below cannot be looked at".formatted(there));
        }
        try {
            checkDirectory(nearest(there.resolveSibling(Files.readSymbolicLink(there))), linksLeft - 1);
        } catch (IOException unreachable) {
            throw unreachable(there, unreachable);
        }
    }

    /** The path, or the nearest above it where something is. */
    private static Path nearest(Path path) {
        Path parent = path.getParent();
        return parent == null || Files.exists(path, LinkOption.NOFOLLOW_LINKS) ? path : nearest(parent);
    }

    private static CallException.Failed unreachable(Path file, IOException cause) {
        return new CallException.Failed("`%s` cannot be looked at: %s".formatted(file, cause), cause);
    }
}
