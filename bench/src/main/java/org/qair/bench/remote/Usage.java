package org.qair.bench.remote;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** What processes use, by the kernel's count. */
final class Usage {
    private static final double TICK_MILLIS = 10;
    private static final int USER = 11; // after the name, in /proc/PID/stat
    private static final int TIMES = 4;

    private Usage() {}

    /** Processor time of processes and of all that they have started, in milliseconds. */
    static double cpuMillis(List<ProcessHandle> processes) {
        return processes.stream()
                .flatMap(process -> Stream.concat(Stream.of(process), process.descendants()))
                .mapToDouble(Usage::ownMillis)
                .sum();
    }

    /** With that of its children that have ended. */
    private static double ownMillis(ProcessHandle process) {
        try {
            String stat = Files.readString(proc(process, "stat"));
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
            double sum = 0;
            for (int i = 0; i < TIMES; i++) {
                sum += Long.parseLong(fields[USER + i]) * TICK_MILLIS;
            }
            return sum;
        } catch (IOException ended) {
            return 0; // and its parent has it
        }
    }

    /** Memory that a process has in the machine's RAM, in KiB. */
    static long residentKib(ProcessHandle process) throws IOException {
        return value(process, "VmRSS:");
    }

    private static long value(ProcessHandle process, String key) throws IOException {
        for (String line : Files.readAllLines(proc(process, "status"))) {
            if (line.startsWith(key)) {
                return Long.parseLong(line.replaceAll("\\D+", ""));
            }
        }
        throw new IOException("no " + key + " of process " + process.pid());
    }

    private static Path proc(ProcessHandle process, String file) {
        return Path.of("/proc", Long.toString(process.pid()), file);
    }
}
