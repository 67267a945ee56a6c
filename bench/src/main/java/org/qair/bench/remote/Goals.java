package org.qair.bench.remote;

import java.io.PrintStream;

/** What is wanted, beside what was found. */
final class Goals {
    private final PrintStream out;
    private int missed;

    Goals(PrintStream out) {
        this.out = out;
    }

    void atMost(String what, double limit, double found, String unit) {
        say(what, "at most", limit, found, unit, found <= limit);
    }

    void atLeast(String what, double limit, double found, String unit) {
        say(what, "at least", limit, found, unit, found >= limit);
    }

    int missed() {
        return missed;
    }

    private void say(String what, String relation, double limit, double found, String unit, boolean met) {
        missed += met ? 0 : 1;
        out.printf(
                "%-6s %-78s %s %7.2f %-5s found %8.2f%n", met ? "met" : "MISSED", what, relation, limit, unit, found);
    }
}
