package org.qair.policy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.qair.policy.Explanation.Line;
import org.qair.policy.Explanation.Relay;
import org.qair.policy.Explanation.Step;

/** Finds the reasons of a decision, rule by rule. The decision itself is {@link Evaluation}'s, as for every call. */
final class Explainer {
    private static final int NEIGHBOURS = 2;

    private final Snapshot snapshot;
    private final Map<String, List<String>> texts;
    private final Request request;

    Explainer(Snapshot snapshot, Map<String, List<String>> texts, Request request) {
        this.snapshot = snapshot;
        this.texts = texts;
        this.request = request;
    }

    Explanation explain() {
        Decision decision = new Evaluation(snapshot, request).decide();
        return switch (SourceCheck.of(snapshot, request)) {
            case SourceCheck.Unknown unknown ->
                new Explanation(request, decision, Optional.empty(), List.of(), 0, List.of(), Optional.empty());
            case SourceCheck.Known known -> explain(decision, known.source());
        };
    }

    private Explanation explain(Decision decision, Party source) {
        IntendedTarget target = new TargetFinder(snapshot, source).requested(request.target());
        List<Step> steps = new ArrayList<>();
        int others = 0;
        if (!(target instanceof IntendedTarget.NotATemplate)) {
            Mismatch mismatch = new Mismatch(request, source, target);
            for (Rule rule : snapshot.table().rules()) {
                if (!rule.service().map(request.service().name()::equals).orElse(true)) {
                    others++;
                    continue;
                }
                Step step = new Step(rule.location(), text(rule), mismatch.of(rule));
                steps.add(step);
                if (step.matches()) {
                    break;
                }
            }
        }
        return new Explanation(
                request, decision, Optional.of(source.name()), steps, others, excerpt(decision), relay(decision));
    }

    private String text(Rule rule) {
        int line = rule.location().line();
        return line == 0
                ? ""
                : texts.getOrDefault(rule.location().file(), List.of())
                        .get(line - 1)
                        .strip();
    }

    private List<Line> excerpt(Decision decision) {
        if (decision.rule().isEmpty()) {
            return List.of();
        }
        RuleLocation place = decision.rule().get();
        List<String> lines = texts.getOrDefault(place.file(), List.of());
        List<Line> excerpt = new ArrayList<>();
        for (int i = Math.max(1, place.line() - NEIGHBOURS);
                place.line() > 0 && i <= Math.min(lines.size(), place.line() + NEIGHBOURS);
                i++) {
            excerpt.add(new Line(i, lines.get(i - 1), i == place.line()));
        }
        return excerpt;
    }

    private Optional<Relay> relay(Decision decision) {
        if (!(decision instanceof Decision.Allow allow)) {
            return Optional.empty();
        }
        return allow.relayed().map(call -> {
            Request direct = new Request(
                    allow.source(), Optional.empty(), new RequestedTarget.Named(call.relay()), call.service());
            return new Relay(call, new Evaluation(snapshot, direct).decide());
        });
    }
}
