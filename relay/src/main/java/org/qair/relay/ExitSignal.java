package org.qair.relay;

import java.util.Map;
import java.util.Optional;
import org.qair.call.ExitCodes;

/** The exit code for a service that a signal ended, by the signal's name in SSH (without SIG). */
final class ExitSignal {
    private static final Map<String, Integer> NUMBERS = Map.ofEntries(
            Map.entry("HUP", 1),
            Map.entry("INT", 2),
            Map.entry("QUIT", 3),
            Map.entry("ILL", 4),
            Map.entry("TRAP", 5),
            Map.entry("ABRT", 6),
            Map.entry("BUS", 7),
            Map.entry("FPE", 8),
            Map.entry("KILL", 9),
            Map.entry("USR1", 10),
            Map.entry("SEGV", 11),
            Map.entry("USR2", 12),
            Map.entry("PIPE", 13),
            Map.entry("ALRM", 14),
            Map.entry("TERM", 15),
            Map.entry("XCPU", 24),
            Map.entry("XFSZ", 25),
            Map.entry("SYS", 31));

    private ExitSignal() {}

    static Optional<Integer> exitCode(String name) {
        return Optional.ofNullable(NUMBERS.get(name)).map(number -> ExitCodes.SIGNAL_BASE + number);
    }
}
