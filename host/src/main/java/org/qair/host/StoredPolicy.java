package org.qair.host;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.qair.host.files.Directories;
import org.qair.host.files.WholeFile;
import org.qair.host.policyrpc.PolicyRpcException;
import org.qair.host.policyrpc.PolicyRpcException.Fault;
import org.qair.host.policyrpc.PolicySection;
import org.qair.host.policyrpc.PolicyStore;
import org.qair.policy.Policy;
import org.qair.policy.PolicyFiles;
import org.qair.policy.PolicySyntaxException;
import org.qair.policy.RuleLocation;
import org.qair.policy.SystemInfo;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The policy of a host as its {@code etc/qubes/policy.d} holds it. A change has to be good twice: for {@code etc} alone, which is the policy after
 * the next start, and together with what {@code run/qubes/policy.d} puts in the place of some of it, which is the policy now.
 */
final class StoredPolicy implements PolicyStore {
    private static final Logger LOG = LoggerFactory.getLogger(StoredPolicy.class);
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Set<PosixFilePermission> READABLE = PosixFilePermissions.fromString("rw-r--r--");

    private final HostLayout layout;
    private final Supplier<SystemInfo> system;
    private final Runnable changed;

    /**
     * @param system the qubes that expectations are about; asked when there are any
     * @param changed is told after each change
     */
    StoredPolicy(HostLayout layout, Supplier<SystemInfo> system, Runnable changed) {
        this.layout = layout;
        this.system = system;
        this.changed = changed;
    }

    @Override
    public Held lock() throws IOException, InterruptedException {
        return DirectoryLock.take(layout.policy(), PATIENCE)::close;
    }

    @Override
    public String path(PolicySection section, String name) {
        return file(section, name).toString();
    }

    private Path file(PolicySection section, String name) {
        return directory(section).resolve(name + section.suffix());
    }

    private Path directory(PolicySection section) {
        return switch (section) {
            case POLICY -> layout.policy();
            case INCLUDE -> layout.policy().resolve("include");
        };
    }

    @Override
    public List<String> names(PolicySection section) throws IOException {
        Path directory = directory(section);
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.filter(Files::isRegularFile)
                    .map(file -> file.getFileName().toString())
                    .filter(name -> !name.startsWith(".") && name.endsWith(section.suffix()))
                    .map(name ->
                            name.substring(0, name.length() - section.suffix().length()))
                    .sorted()
                    .toList();
        }
    }

    @Override
    public Optional<byte[]> read(PolicySection section, String name) throws IOException, PolicyRpcException {
        Path file = file(section, name);
        if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            return Optional.empty();
        }
        if (Files.isSymbolicLink(file)) {
            throw new PolicyRpcException(
                    Fault.PolicyAdminInvalidFilePathException,
                    "Expecting a path inside %s, and %s is a link".formatted(file.getParent(), file.getFileName()));
        }
        return Files.isRegularFile(file) ? Optional.of(PolicyDirectory.content(file)) : Optional.empty();
    }

    @Override
    public List<String> objections(PolicySection section, String name, Optional<byte[]> content) {
        Path file = file(section, name);
        PolicyDirectory stored = new PolicyDirectory(layout.root(), layout.policy(), Optional.empty());
        Set<String> found = new LinkedHashSet<>(objections(stored.with(file, content)));
        found.addAll(objections(PolicyDirectory.of(layout).with(file, content)));
        return List.copyOf(found);
    }

    private List<String> objections(PolicyDirectory candidate) {
        try {
            List<PolicySyntaxException> errors = Policy.errors(candidate);
            if (!errors.isEmpty()) {
                return errors.stream().map(PolicySyntaxException::getMessage).toList();
            }
            List<PolicyFiles.PolicyFile> tables = candidate.tables();
            return tables.isEmpty()
                    ? List.of()
                    : ExpectationTables.objections(tables, Policy.parse(candidate), system.get());
        } catch (PolicySyntaxException | UncheckedIOException unusable) {
            return List.of(String.valueOf(unusable.getMessage()));
        }
    }

    @Override
    public void write(PolicySection section, String name, byte[] content) throws IOException {
        Path file = file(section, name);
        Directories.makePublic(directory(section));
        WholeFile.replace(file, content, Files.exists(file) ? Files.getPosixFilePermissions(file) : READABLE);
        Path shadow = layout.volatilePolicy().resolve(file.getFileName());
        if (section == PolicySection.POLICY && Files.exists(shadow)) {
            LOG.warn("{} has changed, and {} stays in force in its place", file, shadow);
        }
    }

    @Override
    public void delete(PolicySection section, String name) throws IOException {
        WholeFile.delete(file(section, name));
    }

    @Override
    public void changed() {
        changed.run();
    }

    @Override
    public List<String> filesAbout(String service) throws PolicyRpcException {
        try {
            Set<String> files = new LinkedHashSet<>();
            for (RuleLocation rule : Policy.parse(PolicyDirectory.of(layout)).rulesAbout(service)) {
                files.add(shown(Path.of(rule.file())));
            }
            return List.copyOf(files);
        } catch (PolicySyntaxException broken) {
            throw new PolicyRpcException(
                    Fault.PolicyAdminSyntaxException, "the policy is broken: " + broken.getMessage());
        }
    }

    /** One of the policy's own files by its name without what follows the last dot, any other by its path. */
    private String shown(Path file) {
        if (!file.startsWith(layout.policy())) {
            return file.toString();
        }
        String name = file.getFileName().toString();
        int dot = name.lastIndexOf('.');
        return dot > 0 ? name.substring(0, dot) : name;
    }
}
