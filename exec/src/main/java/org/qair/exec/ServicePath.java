package org.qair.exec;

import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.qair.policy.ServiceName;

/**
 * The directories that a qube's services are looked up in, first match wins: the field's {@code QREXEC_SERVICE_PATH}. A
 * file for service and argument together, in any directory, goes before one for the service alone.
 */
public record ServicePath(List<Path> directories) {
    private static final int LONGEST_FILE_NAME = 255;

    public ServicePath {
        directories = List.copyOf(directories);
    }

    /** The file that the service stands for; empty when there is none. A name over 255 bytes cannot have one. */
    public Optional<Path> find(ServiceName service) {
        return Stream.of(service.toString(), service.name())
                .distinct()
                .filter(name -> name.length() <= LONGEST_FILE_NAME)
                .flatMap(name -> directories.stream().map(directory -> directory.resolve(name)))
                .filter(ServicePath::isService)
                .findFirst();
    }

    /** A directory is none: the service names {@code .} and {@code ..} are legal. A dangling link may name {@code /dev/tcp}. */
    private static boolean isService(Path file) {
        return Files.exists(file, LinkOption.NOFOLLOW_LINKS) && !Files.isDirectory(file);
    }
}
