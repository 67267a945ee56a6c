package org.qair.exec;

import java.io.IOException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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

    private FileLookup() {}

    static Optional<Path> first(List<Path> directories, ServiceName service) throws CallException.Failed {
        List<String> names = Stream.of(service.name() + service.ruleArgument(), service.name())
                .filter(name -> name.length() <= LONGEST_FILE_NAME)
                .toList();
        List<Path> there = present(directories);
        for (String name : names) {
            for (Path directory : there) {
                Path file = directory.resolve(name);
                if (isThere(file)) {
                    return Optional.of(file);
                }
            }
        }
        return Optional.empty();
    }

    /** Most of the directories that may be are not, so that is seen once for all names. */
    private static List<Path> present(List<Path> directories) throws CallException.Failed {
        List<Path> there = new ArrayList<>();
        for (Path directory : directories) {
            Optional<BasicFileAttributes> found = look(directory);
            if (found.isPresent() && !found.get().isDirectory()) {
                throw new CallException.Failed(
                        "`%s` is no directory, so what is below cannot be looked at".formatted(directory));
            }
            found.ifPresent(ignored -> there.add(directory));
        }
        return there;
    }

    /** A directory is none: the service names {@code .} and {@code ..} are legal. A dangling link may name {@code /dev/tcp}. */
    private static boolean isThere(Path file) throws CallException.Failed {
        Optional<BasicFileAttributes> found = look(file);
        return found.isPresent() ? !found.get().isDirectory() : DanglingLink.isAt(file);
    }

    /**
     * What is there, links followed; nothing where the kernel says that there is no such file, and an error for whatever else it
     * says. A call looks at many that are not there, and an exception for each would be most of what the call costs.
     */
    private static Optional<BasicFileAttributes> look(Path path) throws CallException.Failed {
        try {
            return Optional.ofNullable(
                    path.getFileSystem().provider().readAttributesIfExists(path, BasicFileAttributes.class));
        } catch (IOException unreachable) {
            throw new CallException.Failed("`%s` cannot be looked at: %s".formatted(path, unreachable), unreachable);
        }
    }
}
