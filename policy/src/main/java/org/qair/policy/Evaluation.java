package org.qair.policy;

import java.util.List;
import java.util.Optional;

/** One request judged by one policy in one moment of the system. */
final class Evaluation {
    private static final Decision NO_RULE = Verdict.refuse("no rule matches", Optional.empty(), List.of());

    private final Snapshot snapshot;
    private final Request request;

    Evaluation(Snapshot snapshot, Request request) {
        this.snapshot = snapshot;
        this.request = request;
    }

    Decision decide() {
        return switch (SourceCheck.of(snapshot, request)) {
            case SourceCheck.Unknown unknown -> Verdict.refuse(unknown.reason(), Optional.empty(), List.of());
            case SourceCheck.Known known -> judge(known.source());
        };
    }

    private Decision judge(Party source) {
        IntendedTarget target = new TargetFinder(snapshot, source).requested(request.target());
        if (target instanceof IntendedTarget.NotATemplate none) {
            return Verdict.refuse(Resolution.notATemplate(none).reason(), Optional.empty(), List.of());
        }
        List<String> warnings = warnings(target);
        int number = snapshot.first(request.service(), source, target);
        if (number == PairIndex.NONE) {
            return warnings.isEmpty() ? NO_RULE : Verdict.refuse("no rule matches", Optional.empty(), warnings);
        }
        Rule rule = snapshot.table().rules().get(number);
        return warnings.isEmpty() && rule.action() instanceof Action.Deny
                ? snapshot.table().denial(number)
                : new Verdict(snapshot, request.service(), source, rule, warnings).decide(target);
    }

    private List<String> warnings(IntendedTarget target) {
        return target instanceof IntendedTarget.Open && !(request.target() instanceof RequestedTarget.Default)
                ? List.of("target `%s` does not exist, `@default` is judged in its place".formatted(request.target()))
                : List.of();
    }
}
