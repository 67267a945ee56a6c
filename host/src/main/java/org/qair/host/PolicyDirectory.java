package org.qair.host;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.qair.policy.PolicyFileNames;
import org.qair.policy.PolicyFiles;

/**
 * A policy's files on disk: {@code policy.d} of {@code /etc} and of {@code /run}, and what they include. Symbolic links are
 * followed, as in the field; absolute paths are those of the host's root. A directory that is missing has no files. A file
 * of more than 8 MiB or a directory of more than 10,000 entries is refused before it is read. Reads anew each time; safe for
 * use by many threads.
 */
public final class PolicyDirectory implements PolicyFiles {
    /** The most bytes of one file. */
    static final int MAX_FILE = 8 * 1024 * 1024;

    /** The most entries of one directory. */
    static final int MAX_ENTRIES = 10_000;

    private static final String TABLE = ".tests";

    private final Path root;
    private final Path policy;
    private final Optional<Path> volatilePolicy;
    private final Map<Path, Optional<byte[]>> changes;

    /**
     * The policy in two directories.
     *
     * @param root what absolute paths in the policy are under
     * @param policy {@code etc/qubes/policy.d}
     * @param volatilePolicy {@code run/qubes/policy.d}, whose files shadow their namesakes
     */
    public PolicyDirectory(Path root, Path policy, Optional<Path> volatilePolicy) {
        this(root, policy, volatilePolicy, Map.of());
    }

    private PolicyDirectory(
            Path root, Path policy, Optional<Path> volatilePolicy, Map<Path, Optional<byte[]>> changes) {
        this.root = root;
        this.policy = policy;
        this.volatilePolicy = volatilePolicy;
        this.changes = changes;
    }

    /** The policy as it would be if that file had that content, or were not there. */
    PolicyDirectory with(Path file, Optional<byte[]> content) {
        return new PolicyDirectory(root, policy, volatilePolicy, Map.of(real(file), content));
    }

    /** The policy of a host. */
    public static PolicyDirectory of(HostLayout layout) {
        return new PolicyDirectory(layout.root(), layout.policy(), Optional.of(layout.volatilePolicy()));
    }

    @Override
    public List<PolicyFile> rootFiles() {
        return entries(name -> !PolicyFileNames.isIgnored(name));
    }

    /**
     * The tables of expectations beside the policy, {@code *.tests}, in the order of their names; one in {@code /run} in place of
     * its namesake. The limits of policy files are theirs too.
     */
    public List<PolicyFile> tables() {
        Map<String, PolicyFile> byName = new TreeMap<>();
        entries(name -> name.endsWith(TABLE) && !name.startsWith("."))
                .forEach(table -> byName.put(table.name(), table));
        return List.copyOf(byName.values());
    }

    /** Those of {@code /run} last. */
    private List<PolicyFile> entries(Predicate<String> wanted) {
        List<PolicyFile> all = new ArrayList<>(list(policy, false, wanted));
        volatilePolicy.ifPresent(directory -> all.addAll(list(directory, true, wanted)));
        return all;
    }

    @Override
    public Optional<PolicyFile> file(String path) {
        return file(false, path);
    }

    @Override
    public Optional<List<PolicyFile>> directory(String path) {
        return directory(false, path);
    }

    @Override
    public Optional<PolicyFile> file(PolicyFile from, String path) {
        return file(from.volatileRoot(), path);
    }

    @Override
    public Optional<List<PolicyFile>> directory(PolicyFile from, String path) {
        return directory(from.volatileRoot(), path);
    }

    private Optional<PolicyFile> file(boolean inVolatile, String path) {
        Path file = resolve(inVolatile, path);
        return isThere(file) ? Optional.of(read(file, inVolatile)) : Optional.empty();
    }

    private Optional<List<PolicyFile>> directory(boolean inVolatile, String path) {
        Path directory = resolve(inVolatile, path);
        return Files.isDirectory(directory) ? Optional.of(list(directory, inVolatile, name -> true)) : Optional.empty();
    }

    private Path resolve(boolean inVolatile, String path) {
        Path base = inVolatile ? volatilePolicy.orElse(policy) : policy;
        return (path.startsWith("/") ? root.resolve(path.substring(1)) : base.resolve(path)).normalize();
    }

    /** @param wanted by name; what is not wanted need not be readable */
    private List<PolicyFile> list(Path directory, boolean inVolatile, Predicate<String> wanted) {
        return entries(directory).stream()
                .filter(file -> wanted.test(name(file)))
                .filter(this::isThere)
                .map(file -> read(file, inVolatile))
                .toList();
    }

    private Set<Path> entries(Path directory) {
        Set<Path> found = new LinkedHashSet<>();
        if (Files.isDirectory(directory)) {
            try (Stream<Path> entries = Files.list(directory)) {
                entries.limit(MAX_ENTRIES + 1L).forEach(found::add);
            } catch (IOException unreadable) {
                throw new UncheckedIOException(unreadable);
            }
        }
        if (found.size() > MAX_ENTRIES) {
            throw new UncheckedIOException(
                    new IOException("more than %d entries in %s".formatted(MAX_ENTRIES, directory)));
        }
        changes.keySet().stream()
                .filter(file -> real(directory.resolve(name(file))).equals(file))
                .map(file -> directory.resolve(name(file)))
                .forEach(found::add);
        return found;
    }

    private boolean isThere(Path file) {
        Optional<byte[]> change = changes.get(changes.isEmpty() ? file : real(file));
        return change == null ? Files.isRegularFile(file) : change.isPresent();
    }

    private PolicyFile read(Path file, boolean inVolatile) {
        Optional<byte[]> change = changes.get(changes.isEmpty() ? file : real(file));
        try {
            byte[] content = change == null ? content(file) : change.orElseThrow();
            return new PolicyFile(file.toString(), name(file), inVolatile, content);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /** One file, read whole. */
    static byte[] content(Path file) throws IOException {
        try (InputStream content = Files.newInputStream(file)) {
            byte[] bytes = content.readNBytes(MAX_FILE + 1);
            if (bytes.length > MAX_FILE) {
                throw new IOException("more than %d bytes in %s".formatted(MAX_FILE, file));
            }
            return bytes;
        }
    }

    /** The same for all paths that lead to a file, be it there or not. */
    private static Path real(Path file) {
        try {
            return Files.exists(file)
                    ? file.toRealPath()
                    : file.resolveSibling(".").toRealPath().resolve(name(file));
        } catch (IOException nowhere) {
            return file.toAbsolutePath().normalize();
        }
    }

    private static String name(Path file) {
        return file.getFileName().toString();
    }
}
