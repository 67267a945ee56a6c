package org.qair.policy;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** What the rule that matched a request makes of it. */
final class Verdict {
    private final Snapshot snapshot;
    private final ServiceName service;
    private final Party source;
    private final Rule rule;
    private final List<String> warnings;

    Verdict(Snapshot snapshot, ServiceName service, Party source, Rule rule) {
        this(snapshot, service, source, rule, List.of());
    }

    Verdict(Snapshot snapshot, ServiceName service, Party source, Rule rule, List<String> warnings) {
        this.snapshot = snapshot;
        this.service = service;
        this.source = source;
        this.rule = rule;
        this.warnings = warnings;
    }

    /** A refusal that no rule asked for; the user is told of it. */
    static Decision.Deny refuse(String reason, Optional<RuleLocation> rule, List<String> warnings) {
        return new Decision.Deny(reason, true, rule, warnings);
    }

    /** What a rule that denies decides. */
    static Decision deny(Rule rule, List<String> warnings) {
        return new Decision.Deny("denied by " + rule.location(), rule.action().notifyUser(), rule.at(), warnings);
    }

    Decision decide(IntendedTarget target) {
        return switch (rule.action()) {
            case Action.Deny deny -> deny(rule, warnings);
            case Action.Allow allow -> allow(allow, target);
            case Action.Ask ask -> ask(ask);
        };
    }

    private Decision allow(Action.Allow allow, IntendedTarget requested) {
        TargetFinder finder = new TargetFinder(snapshot, source);
        IntendedTarget target = allow.redirect().map(finder::redirected).orElse(requested);
        return switch (Resolution.of(target, source.name())) {
            case Resolution.Nowhere(String reason) ->
                refuse("allowed by " + rule.location() + ", but " + reason, rule.at(), warnings);
            case Resolution.To(Destination destination) ->
                new Admission(snapshot, source.name(), service)
                        .admit(destination, Admission.Terms.of(allow, rule.at()), warnings);
        };
    }

    private Decision ask(Action.Ask ask) {
        Set<Destination> targets = targets(ask);
        if (targets.isEmpty()) {
            return refuse("%s asks, but there is no target to choose".formatted(rule.location()), rule.at(), warnings);
        }
        List<String> noted = new ArrayList<>(warnings);
        Optional<Destination> preselected = ask.defaultTarget().flatMap(token -> preselect(token, targets, noted));
        return new Decision.Ask(
                source.name(), targets, preselected, ask.user(), ask.autostart(), ask.notifyUser(), rule.at(), noted);
    }

    /** Whether there is nothing to choose when the rule asks. */
    boolean isEmpty(Action.Ask ask) {
        return targets(ask).isEmpty();
    }

    private Set<Destination> targets(Action.Ask ask) {
        Set<Destination> candidates =
                ask.redirect().isPresent() ? redirected(ask.redirect().get()) : snapshot.candidates(service, source);
        return ask.autostart() ? candidates : running(candidates);
    }

    private Set<Destination> redirected(Token redirect) {
        return resolve(redirect)
                .filter(destination -> !destination.equals(new Destination.Existing(source.name())))
                .map(Set::of)
                .orElseGet(Set::of);
    }

    private Set<Destination> running(Set<Destination> candidates) {
        return candidates.stream().filter(snapshot::isRunning).collect(Collectors.toUnmodifiableSet());
    }

    private Optional<Destination> preselect(Token token, Set<Destination> targets, List<String> noted) {
        Optional<Destination> destination = resolve(token).filter(targets::contains);
        if (destination.isEmpty()) {
            noted.add("%s: `default_target=%s` is not among the targets to choose from, nothing is preselected"
                    .formatted(rule.location(), token));
        }
        return destination;
    }

    private Optional<Destination> resolve(Token redirect) {
        IntendedTarget target = new TargetFinder(snapshot, source).redirected(redirect);
        return Resolution.of(target, source.name()) instanceof Resolution.To(Destination destination)
                ? Optional.of(destination)
                : Optional.empty();
    }
}
