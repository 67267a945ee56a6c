package org.qair.exec;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The process group of a program and, beyond it, all that is in its scope. */
record ScopedTree(ProcessGroup group, Scope scope) implements ProcessTree {
    private static final Logger LOG = LoggerFactory.getLogger(ScopedTree.class);

    /** Enough for those that are born while others are ended; each round ends all that were there. */
    private static final int ROUNDS = 100;

    @Override
    public void terminate() {
        group.terminate();
        scope.directory().ifPresent(directory -> each(directory, ProcessHandle::destroy));
    }

    @Override
    public void kill() {
        group.kill();
        Optional<Path> directory = scope.directory();
        if (directory.isPresent() && !killAtOnce(directory.get().resolve("cgroup.kill"))) {
            for (int round = 0; round < ROUNDS && each(directory.get(), ProcessHandle::destroyForcibly) > 0; round++) {
                Thread.onSpinWait();
            }
        }
    }

    private static boolean killAtOnce(Path file) {
        try {
            if (!Files.exists(file)) {
                return false;
            }
            Files.writeString(file, "1");
            return true;
        } catch (IOException refused) {
            LOG.debug("`{}` takes no order", file, refused);
            return false;
        }
    }

    /** How many there were. */
    private static int each(Path directory, Consumer<ProcessHandle> action) {
        try (Stream<Path> below = Files.walk(directory)) {
            List<ProcessHandle> processes = below.filter(file -> file.endsWith("cgroup.procs"))
                    .flatMap(ScopedTree::processes)
                    .toList();
            processes.forEach(action);
            return processes.size();
        } catch (IOException | UncheckedIOException gone) {
            LOG.debug("the scope at {} has ended", directory, gone);
            return 0;
        }
    }

    private static Stream<ProcessHandle> processes(Path file) {
        try {
            return Files.readAllLines(file).stream().flatMap(pid -> ProcessHandle.of(Long.parseLong(pid)).stream());
        } catch (IOException gone) {
            return Stream.empty();
        }
    }
}
