package org.qair.channel.unix;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** This process's umask, which a JVM can neither ask for nor set: the kernel tells it in {@code /proc/self/status}. It stays what it is. */
final class Umask {
    private static final String LINE = "Umask:";
    private static final int WRITE_OF_OTHERS = 022;
    private static final boolean KEEPS_OTHERS_OUT = keepsOthersOut(Path.of("/proc/self/status"));

    private Umask() {}

    /** Whether nobody else can connect to a socket as it is made: connecting takes the right to write. */
    static boolean keepsOthersOut() {
        return KEEPS_OTHERS_OUT;
    }

    /** False, too, where nothing says so. */
    static boolean keepsOthersOut(Path status) {
        try {
            return Files.readAllLines(status).stream()
                    .filter(line -> line.startsWith(LINE))
                    .map(line -> Integer.parseInt(line.substring(LINE.length()).strip(), 8))
                    .anyMatch(umask -> (umask & WRITE_OF_OTHERS) == WRITE_OF_OTHERS);
        } catch (IOException | NumberFormatException unknown) {
            return false;
        }
    }
}
