package org.qair.policy;

/**
 * Where a rule stands: the file's path as it was loaded, and its line, counted from 1. Line 0 is the file as a whole: a
 * rule that the file implies ({@code !compat-4.0}), or an error that is not on any line.
 */
public record RuleLocation(String file, int line) {
    static RuleLocation wholeFile(String file) {
        return new RuleLocation(file, 0);
    }

    @Override
    public String toString() {
        return file + ":" + line;
    }
}
