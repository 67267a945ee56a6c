package org.qair.bench.remote;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a host that does nothing at the moment holds on to.
 *
 * @param heapKib live objects: what the collector leaves in place of dead ones, up to a twentieth of the heap, is none
 */
record Health(long heapKib, long threads, long descriptors) {
    private static final Pattern CLASS = Pattern.compile(
            "^ *[0-9]+: +[0-9]+ +([0-9]+) +(?!\\[Ljdk\\.internal\\.vm\\.Filler|jdk\\.internal\\.vm\\.Filler)",
            Pattern.MULTILINE);
    private static final long HEAP_NOISE_KIB = 4096;
    private static final long FEW_DESCRIPTORS = 8;
    /** The JDK keeps one for each process that runs, and for a minute after. */
    private static final long FEW_THREADS = 32;

    static Health of(ProcessHandle host) throws IOException, InterruptedException {
        Matcher classes = CLASS.matcher(jcmd(host, "GC.class_histogram")); // of what a collection has left
        long heap = 0;
        while (classes.find()) {
            heap += Long.parseLong(classes.group(1));
        }
        Path proc = Path.of("/proc", Long.toString(host.pid()));
        try (Stream<Path> descriptors = Files.list(proc.resolve("fd"));
                Stream<Path> threads = Files.list(proc.resolve("task"))) {
            return new Health(heap / 1024, threads.count(), descriptors.count());
        }
    }

    private static String jcmd(ProcessHandle host, String word) throws IOException, InterruptedException {
        Path java = Path.of(host.info().command().orElseThrow());
        return Programs.run(List.of(java.resolveSibling("jcmd").toString(), Long.toString(host.pid()), word));
    }

    /** By what it has grown since. */
    List<String> grown(String host, Health before) {
        List<String> faults = new ArrayList<>();
        if (heapKib > before.heapKib + HEAP_NOISE_KIB) {
            faults.add("the heap of the %s host grew from %d to %d KiB".formatted(host, before.heapKib, heapKib));
        }
        if (threads > before.threads + FEW_THREADS) {
            faults.add("the %s host had %d threads and has %d".formatted(host, before.threads, threads));
        }
        if (descriptors > before.descriptors + FEW_DESCRIPTORS) {
            faults.add("the %s host had %d descriptors and has %d".formatted(host, before.descriptors, descriptors));
        }
        return faults;
    }
}
