package org.qair.bench.remote;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a host that does nothing at the moment holds on to.
 *
 * @param heap bytes of the live objects of each class: what the collector leaves in place of dead ones, up to a twentieth of the heap, is
 *     none
 */
record Health(Map<String, Long> heap, long threads, long descriptors) {
    private static final Pattern CLASS = Pattern.compile("^ *[0-9]+: +[0-9]+ +([0-9]+) +(\\S+)", Pattern.MULTILINE);
    private static final String FILLER = "jdk.internal.vm.Filler";
    private static final int SHOWN = 5;
    private static final long HEAP_NOISE_KIB = 4096;
    private static final long FEW_DESCRIPTORS = 8;
    /** The JDK keeps one for each process that runs, and for a minute after. */
    private static final long FEW_THREADS = 32;

    Health {
        heap = Map.copyOf(heap);
    }

    static Health of(ProcessHandle host) throws IOException, InterruptedException {
        Map<String, Long> heap = new HashMap<>();
        Matcher classes = CLASS.matcher(jcmd(host, "GC.class_histogram")); // of what a collection has left
        while (classes.find()) {
            if (!classes.group(2).contains(FILLER)) {
                heap.merge(classes.group(2), Long.parseLong(classes.group(1)), Long::sum);
            }
        }
        Path proc = Path.of("/proc", Long.toString(host.pid()));
        try (Stream<Path> descriptors = Files.list(proc.resolve("fd"));
                Stream<Path> threads = Files.list(proc.resolve("task"))) {
            return new Health(heap, threads.count(), descriptors.count());
        }
    }

    private static String jcmd(ProcessHandle host, String word) throws IOException, InterruptedException {
        Path java = Path.of(host.info().command().orElseThrow());
        return Programs.run(List.of(java.resolveSibling("jcmd").toString(), Long.toString(host.pid()), word));
    }

    private long heapKib() {
        return heap.values().stream().mapToLong(Long::longValue).sum() / 1024;
    }

    /** By what it has grown since. */
    List<String> grown(String host, Health before) {
        List<String> faults = new ArrayList<>();
        if (heapKib() > before.heapKib() + HEAP_NOISE_KIB) {
            faults.add("the heap of the %s host grew from %d to %d KiB: %s"
                    .formatted(host, before.heapKib(), heapKib(), grownMost(before)));
        }
        if (threads > before.threads + FEW_THREADS) {
            faults.add("the %s host had %d threads and has %d".formatted(host, before.threads, threads));
        }
        if (descriptors > before.descriptors + FEW_DESCRIPTORS) {
            faults.add("the %s host had %d descriptors and has %d".formatted(host, before.descriptors, descriptors));
        }
        return faults;
    }

    /** The classes that take most more than before. */
    private String grownMost(Health before) {
        Map<String, Long> more = new HashMap<>(heap);
        before.heap.forEach((name, bytes) -> more.merge(name, -bytes, Long::sum));
        return more.entrySet().stream()
                .sorted(Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder()))
                .limit(SHOWN)
                .map(one -> "%s by %d KiB".formatted(one.getKey(), one.getValue() / 1024))
                .collect(Collectors.joining(", "));
    }

    @Override
    public String toString() {
        return "heap %d KiB, %d threads, %d descriptors".formatted(heapKib(), threads, descriptors);
    }
}
