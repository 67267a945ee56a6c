package org.qair.policy;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/** Says why a rule does not match a request. */
final class Mismatch {
    private final Request request;
    private final Party source;
    private final IntendedTarget target;
    private final List<Token> sourceTokens;
    private final List<Token> targetTokens;

    Mismatch(Request request, Party source, IntendedTarget target) {
        this.request = request;
        this.source = source;
        this.target = target;
        sourceTokens = MatchingTokens.ofSource(source.qube());
        targetTokens = target.tokens();
    }

    /** One reason for each of argument, source and target that does not fit; empty when the rule matches. */
    List<String> of(Rule rule) {
        List<String> reasons = new ArrayList<>();
        String argument = request.service().argument().orElse("");
        rule.argument()
                .filter(wanted -> !wanted.equals(argument))
                .ifPresent(wanted -> reasons.add("argument is `+%s`, rule wants `+%s`".formatted(argument, wanted)));
        if (!sourceTokens.contains(rule.source())) {
            reasons.add("source "
                    + describe(
                            rule.source(),
                            Optional.of(source.qube()),
                            source.name().value()) + ", rule wants `" + rule.source() + "`");
        }
        if (!targetTokens.contains(rule.target())) {
            reasons.add("target " + describe(rule.target()) + ", rule wants `" + rule.target() + "`");
        }
        return reasons;
    }

    private String describe(Token wanted) {
        return switch (target) {
            case IntendedTarget.Host host -> "is the host";
            case IntendedTarget.OfQube of ->
                describe(wanted, Optional.of(of.qube()), of.qube().name().value());
            case IntendedTarget.Open open ->
                request.target() instanceof RequestedTarget.Default
                        ? "is `@default`"
                        : "is `@default` (`" + request.target() + "` does not exist)";
            case IntendedTarget.DefaultDisposable own ->
                describe(
                        wanted,
                        own.template(),
                        own.name()
                                .map(name -> "@dispvm (@dispvm:" + name + ")")
                                .orElse("@dispvm (the source has no default template)"));
            case IntendedTarget.DisposableOf of ->
                describe(
                        wanted,
                        Optional.of(of.template()),
                        "@dispvm:" + of.template().name());
            case IntendedTarget.NotATemplate none -> "is no template for disposables";
        };
    }

    private static String describe(Token wanted, Optional<Qube> qube, String shown) {
        return switch (wanted) {
            case Token.Tagged tagged -> tags(qube, shown);
            case Token.DisposableTagged tagged -> tags(qube, shown);
            case Token.Typed typed ->
                "`%s` is of type %s"
                        .formatted(shown, qube.map(one -> one.type().name()).orElse("(unknown)"));
            default -> "is `" + shown + "`";
        };
    }

    private static String tags(Optional<Qube> qube, String shown) {
        TreeSet<String> tags = new TreeSet<>(qube.map(Qube::tags).orElse(java.util.Set.of()));
        return switch (tags.size()) {
            case 0 -> "`%s` has no tags".formatted(shown);
            case 1 -> "`%s` has tag `%s`".formatted(shown, tags.first());
            default -> "`%s` has tags `%s`".formatted(shown, String.join("`, `", tags));
        };
    }
}
