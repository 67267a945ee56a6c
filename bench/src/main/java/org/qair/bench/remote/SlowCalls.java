package org.qair.bench.remote;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Watches for calls that take long, and keeps for the first of them what all threads of hosts and callers do. */
final class SlowCalls implements AutoCloseable {
    private static final Duration LONG =
            Duration.ofSeconds(150); // a caller waits two minutes for a host that died at its call
    private static final Duration PAUSE = Duration.ofSeconds(5);

    private final Map<Long, Long> begun = new ConcurrentHashMap<>();
    private final Supplier<List<ProcessHandle>> processes;
    private final Thread watcher;

    SlowCalls(Supplier<List<ProcessHandle>> processes) {
        this.processes = processes;
        this.watcher = Thread.ofVirtual().start(this::watch);
    }

    void begin(long number) {
        begun.put(number, System.nanoTime());
    }

    void end(long number) {
        begun.remove(number);
    }

    private void watch() {
        try {
            while (true) {
                Thread.sleep(PAUSE);
                Long slow = slow();
                if (slow != null) {
                    keep(slow);
                    return;
                }
            }
        } catch (InterruptedException ended) {
            // with the soak
        } catch (IOException failed) {
            System.err.println("no threads of a slow call: " + failed.getMessage());
        }
    }

    private @Nullable Long slow() {
        long now = System.nanoTime();
        for (Map.Entry<Long, Long> call : begun.entrySet()) {
            if (now - call.getValue() > LONG.toNanos()) {
                return call.getKey();
            }
        }
        return null;
    }

    private void keep(long number) throws IOException, InterruptedException {
        Path directory = Files.createTempDirectory("qair-soak-threads-");
        for (ProcessHandle process : processes.get()) {
            Path java = Path.of(process.info().command().orElseThrow());
            Path file = directory.resolve(process.pid() + ".txt");
            String ignored = Programs.run(List.of(
                    java.resolveSibling("jcmd").toString(),
                    Long.toString(process.pid()),
                    "Thread.dump_to_file",
                    file.toString()));
        }
        System.out.printf("call %d takes long: %s has what all threads do%n", number, directory);
    }

    @Override
    public void close() {
        watcher.interrupt();
    }
}
