package org.qair.policy;

import java.util.List;

/** Finds rules that ask and would have no target to offer, whoever calls. */
final class EmptyAsks {
    private EmptyAsks() {}

    static void check(Snapshot snapshot, List<Finding> findings) {
        for (Rule rule : snapshot.table().rules()) {
            if (rule.action() instanceof Action.Ask ask && isEmptyForAll(snapshot, rule, ask)) {
                findings.add(Finding.warning(
                        Finding.Kind.NO_CANDIDATES,
                        rule.location(),
                        "this rule asks, and nobody who may call has a target to choose"));
            }
        }
    }

    /** A rule that no qube matches as a source is not reported here: its words are. */
    private static boolean isEmptyForAll(Snapshot snapshot, Rule rule, Action.Ask ask) {
        List<Party> sources = snapshot.parties().stream()
                .filter(party -> MatchingTokens.ofSource(party.qube()).contains(rule.source()))
                .toList();
        ServiceName called = new ServiceName(rule.service().orElse("any"), rule.argument());
        return !sources.isEmpty()
                && sources.stream().allMatch(source -> new Verdict(snapshot, called, source, rule).isEmpty(ask));
    }
}
