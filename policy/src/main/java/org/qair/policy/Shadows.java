package org.qair.policy;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Finds rules that can never decide a call, because an earlier rule matches whatever they match. */
final class Shadows {
    private final RuleTable table;
    private final Optional<SystemInfo> system;

    Shadows(RuleTable table, Optional<SystemInfo> system) {
        this.table = table;
        this.system = system;
    }

    Optional<Finding> check(int number) {
        Rule rule = table.rules().get(number);
        Optional<String> never = never(rule);
        if (never.isPresent()) {
            return Optional.of(Finding.warning(Finding.Kind.NEVER_MATCHES, rule.location(), never.get()));
        }
        int shadow = table.firstAbout(
                rule.service(),
                rule.argument(),
                table.numbers(covering(rule.source())),
                table.numbers(covering(rule.target())),
                number);
        return shadow == number
                ? Optional.empty()
                : Optional.of(Finding.warning(
                        Finding.Kind.SHADOWED,
                        rule.location(),
                        "this rule never decides: %s matches all that it matches"
                                .formatted(table.rules().get(shadow).location())));
    }

    private static Optional<String> never(Rule rule) {
        return switch (rule.source()) {
            case Token.DisposableOf disposable -> neverSource(rule);
            case Token.DisposableTagged disposable -> neverSource(rule);
            case Token.Typed typed when isHostType(typed) -> neverHost("source");
            default ->
                rule.target() instanceof Token.Typed typed && isHostType(typed)
                        ? neverHost("target")
                        : Optional.empty();
        };
    }

    private static Optional<String> neverSource(Rule rule) {
        return Optional.of("source `%s` never matches: a disposable calls under its own name, tags and type"
                .formatted(rule.source()));
    }

    private static Optional<String> neverHost(String column) {
        return Optional.of("%s `@type:AdminVM` never matches: write `@adminvm`".formatted(column));
    }

    private static boolean isHostType(Token.Typed typed) {
        return typed.type().equals(QubeType.AdminVM.name());
    }

    /** The tokens that match whatever {@code token} matches, as the system is now. */
    private List<Token> covering(Token token) {
        List<Token> tokens = new ArrayList<>(List.of(new Token.Anything(), token));
        if (!(token instanceof Token.Anything) && !(token instanceof Token.AdminVm)) {
            tokens.add(new Token.AnyQube());
        }
        if (token instanceof Token.OneQube one) {
            system.flatMap(known -> find(known, one)).ifPresent(qube -> tokens.addAll(MatchingTokens.ofQube(qube)));
        }
        return tokens.stream().distinct().toList();
    }

    private static Optional<Qube> find(SystemInfo system, Token.OneQube one) {
        return switch (one) {
            case Token.Named named -> system.find(named.name());
            case Token.Identified identified -> system.find(identified.uuid());
        };
    }
}
