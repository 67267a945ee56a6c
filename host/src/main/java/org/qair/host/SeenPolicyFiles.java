package org.qair.host;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.qair.policy.PolicyFiles;

/** The policy's files, with a note of each directory that one was looked for in: a change there may change the policy. */
final class SeenPolicyFiles implements PolicyFiles {
    private final PolicyFiles files;
    private final Path policy;
    private final Set<Path> directories = new HashSet<>();

    /** @param policy what relative paths are relative to */
    SeenPolicyFiles(PolicyFiles files, Path policy) {
        this.files = files;
        this.policy = policy;
    }

    Set<Path> directories() {
        return Set.copyOf(directories);
    }

    @Override
    public List<PolicyFile> rootFiles() {
        return files.rootFiles();
    }

    @Override
    public Optional<PolicyFile> file(String path) {
        return seen(path, files.file(path));
    }

    @Override
    public Optional<List<PolicyFile>> directory(String path) {
        return seenAll(path, files.directory(path));
    }

    @Override
    public Optional<PolicyFile> file(PolicyFile from, String path) {
        return seen(path, files.file(from, path));
    }

    @Override
    public Optional<List<PolicyFile>> directory(PolicyFile from, String path) {
        return seenAll(path, files.directory(from, path));
    }

    private Optional<PolicyFile> seen(String path, Optional<PolicyFile> found) {
        addParent(policy.resolve(path));
        found.ifPresent(file -> addParent(Path.of(file.path())));
        return found;
    }

    private Optional<List<PolicyFile>> seenAll(String path, Optional<List<PolicyFile>> found) {
        directories.add(policy.resolve(path).normalize());
        found.ifPresent(all -> all.forEach(file -> addParent(Path.of(file.path()))));
        return found;
    }

    private void addParent(Path file) {
        Path parent = file.normalize().getParent();
        if (parent != null && parent.isAbsolute()) {
            directories.add(parent);
        }
    }
}
