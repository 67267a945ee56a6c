package org.qair.policy;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads a rule's action with its parameters. */
final class ActionParser {
    private static final Map<String, Set<String>> PARAMETERS = Map.of(
            "deny", Set.of("notify"),
            "allow", Set.of("target", "user", "notify", "autostart"),
            "ask", Set.of("target", "default_target", "user", "notify", "autostart"));

    private final Map<String, String> values = new LinkedHashMap<>();

    private ActionParser() {}

    static Action parse(String action, List<String> parameters) throws SyntaxProblem {
        Set<String> known = PARAMETERS.get(action);
        if (known == null) {
            throw new SyntaxProblem("`%s` is no action%s"
                    .formatted(
                            Printable.of(action),
                            NearMiss.of(action, PARAMETERS.keySet())
                                    .map(NearMiss::hint)
                                    .orElse("")));
        }
        ActionParser parser = new ActionParser();
        for (String parameter : parameters) {
            parser.add(action, known, parameter);
        }
        return parser.build(action);
    }

    private void add(String action, Set<String> known, String parameter) throws SyntaxProblem {
        String shown = Printable.of(parameter);
        if (parameter.startsWith("#")) {
            throw new SyntaxProblem("`%s`: a comment needs a line of its own".formatted(shown));
        }
        int equals = parameter.indexOf('=');
        if (equals < 0) {
            throw new SyntaxProblem("`%s` is no parameter, those are `key=value`".formatted(shown));
        }
        String key = parameter.substring(0, equals);
        if (!known.contains(key)) {
            throw new SyntaxProblem("`%s` has no parameter `%s`%s"
                    .formatted(
                            action,
                            Printable.of(key),
                            NearMiss.of(key, known).map(NearMiss::hint).orElse("")));
        }
        if (values.putIfAbsent(key, parameter.substring(equals + 1)) != null) {
            throw new SyntaxProblem("parameter `%s` is given twice".formatted(key));
        }
    }

    private Action build(String action) throws SyntaxProblem {
        return switch (action) {
            case "deny" -> new Action.Deny(yes("notify", true));
            case "allow" -> new Action.Allow(token("target"), user(), yes("autostart", true), yes("notify", false));
            default ->
                new Action.Ask(
                        token("target"), token("default_target"), user(), yes("autostart", true), yes("notify", false));
        };
    }

    private boolean yes(String key, boolean unset) throws SyntaxProblem {
        String value = values.get(key);
        if (value == null) {
            return unset;
        }
        if (!value.equals("yes") && !value.equals("no")) {
            throw new SyntaxProblem("`%s` is `yes` or `no`, not `%s`".formatted(key, Printable.of(value)));
        }
        return value.equals("yes");
    }

    private Optional<Token> token(String key) throws SyntaxProblem {
        String value = values.get(key);
        if (value == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(TokenParser.parse(Column.REDIRECT, value));
        } catch (SyntaxProblem problem) {
            throw new SyntaxProblem("`%s=`: %s".formatted(key, problem.reason()));
        }
    }

    private Optional<String> user() throws SyntaxProblem {
        String value = values.get("user");
        if (value == null) {
            return Optional.empty();
        }
        if (value.isEmpty()) {
            throw new SyntaxProblem("`user=` names no user");
        }
        try {
            Characters.check("user", value, "@$");
        } catch (InvalidNameException invalid) {
            throw new SyntaxProblem(invalid);
        }
        return Optional.of(value);
    }
}
