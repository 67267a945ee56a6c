package org.qair.policy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** Policy files that are in memory, under the paths that they would have on a Qubes system. */
final class MemoryFiles implements PolicyFiles {
    static final String ETC = "/etc/qubes/policy.d";
    static final String RUN = "/run/qubes/policy.d";

    private final Map<String, byte[]> contents = new LinkedHashMap<>();

    /** One file, {@code /etc/qubes/policy.d/50-test.policy}. */
    static MemoryFiles of(String... lines) {
        return new MemoryFiles().with("50-test.policy", lines);
    }

    /** Adds a file; a relative path is one of {@code /etc/qubes/policy.d}. */
    MemoryFiles with(String path, String... lines) {
        return with(path, String.join("\n", lines).getBytes(StandardCharsets.UTF_8));
    }

    MemoryFiles with(String path, byte[] content) {
        contents.put(Path.of(ETC).resolve(path).toString(), content);
        return this;
    }

    @Override
    public List<PolicyFile> rootFiles() {
        return contents.keySet().stream()
                .filter(path -> parent(path).equals(ETC) || parent(path).equals(RUN))
                .map(this::open)
                .toList();
    }

    @Override
    public Optional<PolicyFile> file(String path) {
        return Optional.of(Path.of(ETC).resolve(path).normalize().toString())
                .filter(contents::containsKey)
                .map(this::open);
    }

    @Override
    public Optional<List<PolicyFile>> directory(String path) {
        String directory = Path.of(ETC).resolve(path).normalize().toString();
        List<PolicyFile> files = contents.keySet().stream()
                .filter(file -> parent(file).equals(directory))
                .map(this::open)
                .toList();
        return files.isEmpty() ? Optional.empty() : Optional.of(files);
    }

    @Override
    public Optional<PolicyFile> file(PolicyFile from, String path) {
        return file(Path.of(from.volatileRoot() ? RUN : ETC).resolve(path).toString());
    }

    private PolicyFile open(String path) {
        return new PolicyFile(
                path,
                path.substring(path.lastIndexOf('/') + 1),
                path.startsWith("/run/"),
                Objects.requireNonNull(contents.get(path)));
    }

    private static String parent(String path) {
        return path.substring(0, path.lastIndexOf('/'));
    }
}
