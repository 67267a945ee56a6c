package org.qair.policy;

import java.util.List;
import org.qair.policy.PolicyFiles.PolicyFile;

/** The format of {@code policy.d}: rules of five words and more, and directives. */
final class NewFormat implements PolicyParser.LineReader {
    private static final List<String> DIRECTIVES =
            List.of("!include", "!include-dir", "!include-service", "!compat-4.0");

    private final PolicyParser parser;
    private final PolicyFile file;

    NewFormat(PolicyParser parser, PolicyFile file) {
        this.parser = parser;
        this.file = file;
    }

    @Override
    public void read(String line, RuleLocation place) throws SyntaxProblem {
        List<String> words = PolicyLines.words(line);
        if (line.startsWith("!")) {
            direct(words, place);
        } else {
            parser.add(RuleParser.parse(words, place));
        }
    }

    private void direct(List<String> words, RuleLocation place) throws SyntaxProblem {
        switch (words.getFirst()) {
            case "!include" -> {
                expect(words, "FILE");
                PolicyFile included = parser.find(file, words.get(1));
                parser.read(included, new NewFormat(parser, included), place);
            }
            case "!include-dir" -> {
                expect(words, "DIRECTORY");
                includeDirectory(words.get(1), place);
            }
            case "!include-service" -> {
                expect(words, "SERVICE", "ARGUMENT", "FILE");
                ServicePattern service = ServicePattern.parse(words.get(1), words.get(2));
                PolicyFile included = parser.find(file, words.get(3));
                parser.read(included, new OldFormat(parser, included, service, ""), place);
            }
            case "!compat-4.0" -> {
                expect(words);
                includeCompat(place);
            }
            default -> throw unknown(words.getFirst());
        }
    }

    private void includeDirectory(String path, RuleLocation place) throws SyntaxProblem {
        for (PolicyFile included : PolicyFileNames.inOrder(parser.entries(file, path), parser.errors())) {
            parser.read(included, new NewFormat(parser, included), place);
        }
    }

    private void includeCompat(RuleLocation place) throws SyntaxProblem {
        for (PolicyFile included : CompatFiles.inOrder(parser.entries(file, CompatFiles.DIRECTORY))) {
            OldFormat.readCompat(parser, included, place);
        }
    }

    private static void expect(List<String> words, String... parameters) throws SyntaxProblem {
        if (words.size() != parameters.length + 1) {
            throw new SyntaxProblem("`%s` takes %s, not %d words"
                    .formatted(
                            words.getFirst(),
                            parameters.length == 0 ? "nothing" : String.join(" ", parameters),
                            words.size() - 1));
        }
    }

    private static SyntaxProblem unknown(String directive) {
        return new SyntaxProblem("`%s` is no directive%s"
                .formatted(
                        Printable.of(directive),
                        NearMiss.of(directive, DIRECTIVES).map(NearMiss::hint).orElse("")));
    }
}
