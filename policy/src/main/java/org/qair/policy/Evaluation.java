package org.qair.policy;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** One request judged by one policy in one moment of the system. */
final class Evaluation {
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
        List<String> warnings = new ArrayList<>();
        if (target instanceof IntendedTarget.Open && !(request.target() instanceof RequestedTarget.Default)) {
            warnings.add("target `%s` does not exist, `@default` is judged in its place".formatted(request.target()));
        }
        int rule = snapshot.table().first(request.service(), source.asSource(), snapshot.targetTokens(source, target));
        return rule == PairIndex.NONE
                ? Verdict.refuse("no rule matches", Optional.empty(), warnings)
                : new Verdict(
                                snapshot,
                                request.service(),
                                source,
                                snapshot.table().rules().get(rule),
                                warnings)
                        .decide(target);
    }
}
