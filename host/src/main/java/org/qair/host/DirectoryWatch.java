package org.qair.host;

import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells when a file in one of some directories changes. Changes that follow one another within a few milliseconds, as an
 * editor makes them, are told once. A directory that does not exist is seen when it is made, as far as its parent exists.
 */
final class DirectoryWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DirectoryWatch.class);
    private static final int SETTLE_MILLIS = 20;
    private static final WatchEvent.Kind<?>[] ALL = {
        StandardWatchEventKinds.ENTRY_CREATE, StandardWatchEventKinds.ENTRY_MODIFY, StandardWatchEventKinds.ENTRY_DELETE
    };

    private final String what;
    private final WatchService service;
    private final Set<Path> directories;
    private final Supplier<Set<Path>> changed;
    private final Map<Path, WatchKey> keys = new HashMap<>();
    private final Thread thread;

    /**
     * Starts to watch.
     *
     * @param what is in the directories, for the log
     * @param directories what is always watched
     * @param changed is told of each change, and at the start; gives what else is to be watched from then on
     */
    DirectoryWatch(String what, List<Path> directories, Supplier<Set<Path>> changed) throws IOException {
        this.what = what;
        this.service = FileSystems.getDefault().newWatchService();
        this.directories = new HashSet<>(directories);
        this.changed = changed;
        register();
        this.directories.addAll(changed.get());
        register();
        this.thread = Thread.ofPlatform().daemon().name(what + "-watch").start(this::run);
    }

    /** Watches each directory, or its nearest parent that exists; one that was removed and made again is a new one. */
    private void register() throws IOException {
        keys.values().removeIf(key -> !key.isValid());
        for (Path directory : directories) {
            Path present = directory;
            while (!Files.isDirectory(present) && present.getParent() != null) {
                present = present.getParent();
            }
            if (!keys.containsKey(present)) {
                keys.put(present, present.register(service, ALL));
            }
        }
    }

    private void run() {
        try {
            while (true) {
                drain(service.take());
                for (WatchKey more = settle(); more != null; more = settle()) {
                    drain(more);
                }
                register();
                directories.addAll(changed.get());
                register();
            }
        } catch (ClosedWatchServiceException closed) {
            LOG.debug("{} watch closed", what);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        } catch (IOException broken) {
            LOG.error("changes of the {} are no longer seen: restart the host", what, broken);
        }
    }

    private @Nullable WatchKey settle() throws InterruptedException {
        return service.poll(SETTLE_MILLIS, TimeUnit.MILLISECONDS);
    }

    private static void drain(WatchKey key) {
        key.pollEvents();
        key.reset();
    }

    @Override
    public void close() throws IOException {
        service.close();
        thread.interrupt();
    }
}
