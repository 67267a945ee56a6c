package org.qair.policy;

/** Where a rule stands: the file's path as it was loaded, and its line, counted from 1. */
public record RuleLocation(String file, int line) {
    @Override
    public String toString() {
        return file + ":" + line;
    }
}
