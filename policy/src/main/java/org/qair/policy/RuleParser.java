package org.qair.policy;

import java.util.List;
import java.util.Optional;

/** Reads one rule: {@code SERVICE ARGUMENT SOURCE TARGET ACTION [key=value …]}. */
final class RuleParser {
    private static final int FIELDS = 5;

    private RuleParser() {}

    static Rule parse(List<String> words, RuleLocation location) throws SyntaxProblem {
        if (words.size() < FIELDS) {
            throw new SyntaxProblem(
                    "a rule has %d words at least, SERVICE ARGUMENT SOURCE TARGET ACTION, this line has %d"
                            .formatted(FIELDS, words.size()));
        }
        ServicePattern service = ServicePattern.parse(words.get(0), words.get(1));
        return parse(service, words.subList(2, words.size()), location);
    }

    /** Reads what follows service and argument: {@code SOURCE TARGET ACTION [key=value …]}. */
    static Rule parse(ServicePattern service, List<String> words, RuleLocation location) throws SyntaxProblem {
        if (words.size() < FIELDS - 2) {
            throw new SyntaxProblem(
                    "a rule of the old format has %d words at least, SOURCE TARGET ACTION, this line has %d"
                            .formatted(FIELDS - 2, words.size()));
        }
        Token source = TokenParser.parse(Column.SOURCE, words.get(0));
        Token target = TokenParser.parse(Column.TARGET, words.get(1));
        Action action = ActionParser.parse(words.get(2), words.subList(3, words.size()));
        if (target instanceof Token.Default
                && action instanceof Action.Allow allow
                && allow.redirect().isEmpty()) {
            throw new SyntaxProblem("`allow` on `@default` needs `target=`: there is no other target to call");
        }
        return new Rule(service.service(), service.argument(), source, target, action, Optional.of(location));
    }
}
