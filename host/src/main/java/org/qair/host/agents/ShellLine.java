package org.qair.host.agents;

import java.util.List;
import java.util.stream.Collectors;

/**
 * A command line for the shell of a user in an agent-run qube: the wire has no other way to run a plain command. The shell, which must
 * be one of POSIX's kind, runs the first word with the others as its arguments, whatever is in them. The one place where Qair
 * quotes for a shell.
 */
public final class ShellLine {
    private ShellLine() {}

    /**
     * The line for an argument vector.
     *
     * @throws IllegalArgumentException when there is no word, or a NUL in one
     */
    public static String of(List<String> words) {
        if (words.isEmpty() || words.stream().anyMatch(word -> word.indexOf('\0') >= 0)) {
            throw new IllegalArgumentException("a command has at least one word, and no NUL in it");
        }
        return words.stream().map(ShellLine::quoted).collect(Collectors.joining(" ", "exec ", ""));
    }

    /** Within single quotes nothing has a meaning but the quote that ends them. */
    private static String quoted(String word) {
        return "'" + word.replace("'", "'\\''") + "'";
    }
}
