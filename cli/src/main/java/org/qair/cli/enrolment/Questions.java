package org.qair.cli.enrolment;

import java.io.BufferedReader;
import java.io.Console;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** Asks the person at the terminal; where there is none nobody is asked. */
public final class Questions {
    private final boolean terminal;
    private final BufferedReader in;
    private final PrintWriter out;

    /** @param terminal whether there is a person at the other end */
    Questions(boolean terminal, BufferedReader in, PrintWriter out) {
        this.terminal = terminal;
        this.in = in;
        this.out = out;
    }

    /** Of this process: on its standard input, shown on {@code out}. */
    public static Questions of(PrintWriter out) {
        boolean terminal = Optional.ofNullable(System.console())
                .filter(Console::isTerminal)
                .isPresent();
        return new Questions(
                terminal, new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)), out);
    }

    public boolean isTerminal() {
        return terminal;
    }

    /** One line of the standard input, whoever writes it. */
    public String readLine() throws IOException {
        String line = in.readLine();
        return line == null ? "" : line;
    }

    /**
     * Shows rules and has them agreed to.
     *
     * @param yes agreed to already
     * @param where what they would be added to
     */
    boolean agree(List<String> rules, String where, boolean yes) throws IOException {
        out.println(yes || terminal ? "rules for %s:".formatted(where) : "rules that %s needs:".formatted(where));
        rules.forEach(rule -> out.println("  " + rule));
        if (yes) {
            return true;
        }
        if (!terminal) {
            out.println("not added: that needs --yes, or a terminal to ask at");
            return false;
        }
        out.print("add them? [y/N] ");
        out.flush();
        String answer = readLine().strip();
        return answer.equalsIgnoreCase("y") || answer.equalsIgnoreCase("yes");
    }
}
