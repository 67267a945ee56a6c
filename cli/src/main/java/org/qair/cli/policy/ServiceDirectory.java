package org.qair.cli.policy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A directory of services, as policy's service column names them. */
final class ServiceDirectory {
    private ServiceDirectory() {}

    /** The names of its services, without arguments; none when there is no such directory. */
    static Set<String> names(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            return Set.of();
        }
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString())
                    .map(name -> name.substring(0, name.indexOf('+') < 0 ? name.length() : name.indexOf('+')))
                    .collect(Collectors.toSet());
        }
    }
}
