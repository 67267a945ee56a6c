package org.qair.policy;

import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Finds names, tags and types in rules that no qube has. */
final class UnknownWords {
    private final SystemInfo system;
    private final Set<String> names = new TreeSet<>();
    private final Set<String> tags = new TreeSet<>();
    private final Set<String> types;

    UnknownWords(SystemInfo system) {
        this.system = system;
        system.qubes().forEach(qube -> {
            names.add(qube.name().value());
            tags.addAll(qube.tags());
        });
        types = java.util.Arrays.stream(QubeType.values()).map(Enum::name).collect(Collectors.toSet());
    }

    void check(Rule rule, List<Finding> findings) {
        check(rule, rule.source(), findings);
        check(rule, rule.target(), findings);
        if (rule.action() instanceof Action.Permit permit) {
            permit.redirect().ifPresent(token -> check(rule, token, findings));
        }
        if (rule.action() instanceof Action.Ask ask) {
            ask.defaultTarget().ifPresent(token -> check(rule, token, findings));
        }
    }

    private void check(Rule rule, Token token, List<Finding> findings) {
        switch (token) {
            case Token.Named named -> name(rule, named.name(), findings);
            case Token.Identified identified
            when system.find(identified.uuid()).isEmpty() ->
                findings.add(Finding.warning(
                        Finding.Kind.UNKNOWN_QUBE, rule.location(), "no qube has `" + identified + "`"));
            case Token.Tagged tagged -> word(rule, "tag", tagged.tag(), tags, Finding.Kind.UNKNOWN_TAG, findings);
            case Token.DisposableTagged tagged ->
                word(rule, "tag", tagged.tag(), tags, Finding.Kind.UNKNOWN_TAG, findings);
            case Token.Typed typed -> word(rule, "type", typed.type(), types, Finding.Kind.UNKNOWN_TYPE, findings);
            case Token.DisposableOf disposable -> check(rule, disposable.template(), findings);
            default -> {}
        }
    }

    private void name(Rule rule, QubeName name, List<Finding> findings) {
        if (system.find(name).isEmpty() && !name.equals(QubeName.DOM0)) {
            findings.add(Finding.warning(
                    Finding.Kind.UNKNOWN_QUBE,
                    rule.location(),
                    "there is no qube `" + name + "`"
                            + NearMiss.of(name.value(), names)
                                    .map(NearMiss::hint)
                                    .orElse("")));
        }
    }

    private static void word(
            Rule rule, String what, String word, Collection<String> known, Finding.Kind kind, List<Finding> findings) {
        if (!known.contains(word)) {
            findings.add(Finding.warning(
                    kind,
                    rule.location(),
                    "no qube has %s `%s`%s"
                            .formatted(
                                    what,
                                    word,
                                    NearMiss.of(word, known).map(NearMiss::hint).orElse(""))));
        }
    }
}
