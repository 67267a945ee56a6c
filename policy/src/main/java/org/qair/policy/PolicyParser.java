package org.qair.policy;

import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.qair.policy.PolicyFiles.PolicyFile;

/** Reads all files of a policy, those that they include among them, and goes on after an error to find the next one. */
final class PolicyParser {
    /** How many files may include one another. */
    static final int MAX_DEPTH = 32;

    /** The most lines in all files together, a file counted as often as it is included. */
    static final int MAX_LINES = 500_000;

    private final PolicyFiles files;
    private final PolicyErrors errors = new PolicyErrors();
    private final List<Rule> rules = new ArrayList<>();
    private final Map<String, List<String>> texts = new HashMap<>();
    private final Deque<String> open = new ArrayDeque<>();
    private int linesLeft = MAX_LINES;

    PolicyParser(PolicyFiles files) {
        this.files = files;
    }

    PolicyErrors errors() {
        return errors;
    }

    List<Rule> rules() {
        return rules;
    }

    /** The lines of each file that was read, by its path. */
    Map<String, List<String>> texts() {
        return texts;
    }

    PolicyParser parse() {
        try {
            for (PolicyFile file : PolicyFileNames.inOrder(files.rootFiles(), errors)) {
                read(file, new NewFormat(this, file), RuleLocation.wholeFile(file.path()));
            }
        } catch (UncheckedIOException unreadable) {
            errors.add(RuleLocation.wholeFile("policy"), Unreadable.describe(unreadable));
        }
        return this;
    }

    void add(Rule rule) {
        rules.add(rule);
    }

    /** {@code !include}, {@code !include-service}: the file that {@code path} names, seen from {@code from}. */
    PolicyFile find(PolicyFile from, String path) throws SyntaxProblem {
        try {
            return files.file(from, path)
                    .orElseThrow(() -> new SyntaxProblem("there is no file `%s`".formatted(Printable.of(path))));
        } catch (UncheckedIOException unreadable) {
            throw new SyntaxProblem(Unreadable.describe(unreadable));
        }
    }

    /** {@code !include-dir}, {@code !compat-4.0}: the entries of the directory that {@code path} names. */
    List<PolicyFile> entries(PolicyFile from, String path) throws SyntaxProblem {
        try {
            Optional<List<PolicyFile>> entries = files.directory(from, path);
            return entries.orElseThrow(
                    () -> new SyntaxProblem("there is no directory `%s`".formatted(Printable.of(path))));
        } catch (UncheckedIOException unreadable) {
            throw new SyntaxProblem(Unreadable.describe(unreadable));
        }
    }

    /** Reads {@code file}; {@code from} is the line that included it. */
    void read(PolicyFile file, LineReader reader, RuleLocation from) {
        if (open.contains(file.path())) {
            errors.add(from, "circular include: `%s` is already being read".formatted(file.path()));
            return;
        }
        if (open.size() == MAX_DEPTH) {
            errors.add(from, "more than %d files include one another".formatted(MAX_DEPTH));
            return;
        }
        if (!spend(from)) {
            return;
        }
        List<String> lines = texts.computeIfAbsent(file.path(), path -> PolicyLines.of(file, errors));
        open.push(file.path());
        for (int i = 0; i < lines.size() && spend(new RuleLocation(file.path(), i + 1)); i++) {
            read(lines.get(i), reader, new RuleLocation(file.path(), i + 1));
        }
        open.pop();
    }

    /** Takes one from the lines that may still be read, or from nothing: then reading ends, with an error. */
    private boolean spend(RuleLocation place) {
        if (linesLeft == 0) {
            errors.add(place, "the policy has more than %d lines".formatted(MAX_LINES));
        }
        linesLeft--;
        return linesLeft >= 0;
    }

    private void read(String line, LineReader reader, RuleLocation place) {
        String text = line.strip();
        if (text.isEmpty() || text.startsWith("#")) {
            return;
        }
        try {
            reader.read(text, place);
        } catch (SyntaxProblem problem) {
            errors.add(place, problem);
        }
    }

    /** What a line means depends on the format of its file. */
    @FunctionalInterface
    interface LineReader {
        void read(String line, RuleLocation place) throws SyntaxProblem;
    }
}
