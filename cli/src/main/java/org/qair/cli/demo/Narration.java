package org.qair.cli.demo;

import java.io.PrintWriter;

/** What the demo prints: with colours on a terminal, plain in a pipe. It counts what differed from what was said. */
final class Narration {
    private final PrintWriter out;
    private final boolean terminal;
    private int chapter;
    private int failures;

    Narration(PrintWriter out, boolean terminal) {
        this.out = out;
        this.terminal = terminal;
    }

    void chapter(String title) {
        chapter++;
        line("");
        line(styled("1", chapter + ". " + title));
    }

    void command(String command) {
        line("   " + styled("36", "$ " + command));
    }

    void fact(String name, String value) {
        line("   %-15s %s".formatted(name, value.strip().replace("\n", "\n" + " ".repeat(19))));
    }

    void line(String text) {
        out.println(text);
        out.flush();
    }

    /** Says whether something is as it ought to be. */
    void check(String what, Object expected, Object actual) {
        if (expected.equals(actual)) {
            line("   " + styled("32", "ok") + "   " + what);
        } else {
            failures++;
            line("   " + styled("31", "FAIL") + " " + what + ": expected `" + expected + "`, got `" + actual + "`");
        }
    }

    int failures() {
        return failures;
    }

    private String styled(String code, String text) {
        return terminal ? "\033[" + code + "m" + text + "\033[0m" : text;
    }
}
