package org.qair.exec;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.qair.call.CallException;
import org.qair.call.CallId;

/**
 * A scope of {@code systemd} with the processes of one call: a cgroup, which no process leaves by itself. {@code systemd} removes it
 * when the last has ended.
 *
 * @param unit its name
 */
record Scope(String unit) {
    private static final String SLICE = "qair.slice";
    private static final Path SYSTEMD = Path.of("/proc/1/cgroup");

    /** Where the hierarchy that {@code systemd} keeps its units in can be: pure version 2, mixed, version 1. */
    private static final List<Path> HIERARCHIES =
            List.of(Path.of("/sys/fs/cgroup"), Path.of("/sys/fs/cgroup/unified"), Path.of("/sys/fs/cgroup/systemd"));

    static Scope of(CallId id) {
        return new Scope("qair-call-" + id + ".scope");
    }

    /** The words before a command that start it in there. */
    List<String> words() throws CallException.Failed {
        return List.of(
                SystemPrograms.need("systemd-run", "systemd"),
                "--scope",
                "--quiet",
                "--collect",
                "--no-ask-password",
                "--slice=" + SLICE,
                "--unit=" + unit,
                "--");
    }

    /** Its directory; empty when no process is left in it, or none has come there yet. */
    Optional<Path> directory() {
        return HIERARCHIES.stream()
                .filter(root -> Files.exists(root.resolve("cgroup.procs")))
                .map(root -> root.resolve(parent() + SLICE).resolve(unit))
                .filter(Files::isDirectory)
                .findFirst();
    }

    /** {@code systemd} itself is in a scope beside the slices. */
    private static String parent() {
        try (Stream<String> lines = Files.lines(SYSTEMD)) {
            return lines.filter(line -> line.endsWith("/init.scope"))
                    .map(line -> line.substring(line.lastIndexOf(':') + 2, line.length() - "init.scope".length()))
                    .findFirst()
                    .orElse("");
        } catch (IOException unreadable) {
            return "";
        }
    }
}
