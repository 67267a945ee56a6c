package org.qair.exec;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** A list of directories as the field's environment variables hold it: with {@code :} between them, empty ones passed over. */
final class Directories {
    private Directories() {}

    static List<Path> parse(String path) {
        return Arrays.stream(path.split(":", -1))
                .filter(directory -> !directory.isEmpty())
                .map(Path::of)
                .toList();
    }
}
