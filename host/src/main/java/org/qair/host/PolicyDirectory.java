package org.qair.host;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.qair.policy.PolicyFiles;

/** The policy's files on disk. */
final class PolicyDirectory implements PolicyFiles {
    private final HostLayout layout;

    PolicyDirectory(HostLayout layout) {
        this.layout = layout;
    }

    @Override
    public List<PolicyFile> rootFiles() {
        List<PolicyFile> all = new ArrayList<>(list(layout.policy(), false));
        all.addAll(list(layout.volatilePolicy(), true));
        return all;
    }

    @Override
    public Optional<PolicyFile> file(String path) {
        Path file = layout.policy().resolve(path);
        return Files.isRegularFile(file) ? Optional.of(read(file, false)) : Optional.empty();
    }

    @Override
    public Optional<List<PolicyFile>> directory(String path) {
        Path directory = layout.policy().resolve(path);
        return Files.isDirectory(directory) ? Optional.of(list(directory, false)) : Optional.empty();
    }

    private static List<PolicyFile> list(Path directory, boolean isVolatile) {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(Files::isRegularFile)
                    .map(file -> read(file, isVolatile))
                    .toList();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static PolicyFile read(Path file, boolean isVolatile) {
        try {
            return new PolicyFile(file.toString(), file.getFileName().toString(), isVolatile, Files.readAllBytes(file));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
