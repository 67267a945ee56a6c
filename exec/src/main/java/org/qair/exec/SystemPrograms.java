package org.qair.exec;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.qair.call.CallException;

/** The programs of the system that services are started through. They are looked for where the system has them, never in {@code PATH}. */
final class SystemPrograms {
    private static final List<Path> DIRECTORIES =
            List.of(Path.of("/usr/bin"), Path.of("/usr/sbin"), Path.of("/bin"), Path.of("/sbin"));

    private SystemPrograms() {}

    static Optional<String> find(String name) {
        return DIRECTORIES.stream()
                .map(directory -> directory.resolve(name))
                .filter(Files::isExecutable)
                .map(Path::toString)
                .findFirst();
    }

    static String need(String name, String debianPackage) throws CallException.Failed {
        return find(name)
                .orElseThrow(() ->
                        new CallException.Failed("`%s` is not installed (package %s)".formatted(name, debianPackage)));
    }
}
