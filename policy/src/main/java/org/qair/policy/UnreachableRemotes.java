package org.qair.policy;

import java.util.List;
import java.util.Optional;

/** Finds RemoteVMs that no rule lets anyone call and that no rule lets call anyone, or that cannot be called for want of a relay. */
final class UnreachableRemotes {
    private final Snapshot snapshot;

    private UnreachableRemotes(Snapshot snapshot) {
        this.snapshot = snapshot;
    }

    static void check(Snapshot snapshot, List<Finding> findings) {
        UnreachableRemotes remotes = new UnreachableRemotes(snapshot);
        snapshot.parties().stream()
                .filter(party -> party.qube().type() == QubeType.RemoteVM)
                .forEach(remote -> remotes.check(remote, findings));
    }

    private void check(Party remote, List<Finding> findings) {
        boolean called = snapshot.table().rules().stream().anyMatch(rule -> leadsTo(rule, remote));
        boolean calls = snapshot.table().rules().stream()
                .anyMatch(rule -> rule.action() instanceof Action.Permit
                        && MatchingTokens.ofSource(remote.qube()).contains(rule.source()));
        if (!called && !calls) {
            add(findings, "no rule allows a call to or from RemoteVM `%s`".formatted(remote.name()));
        } else if (called
                && Relaying.of(snapshot, remote.qube(), new ServiceName("any", Optional.empty()))
                        instanceof Relaying.Impossible(String reason)) {
            add(findings, reason + ", so what rules allow to it is refused");
        }
    }

    private boolean leadsTo(Rule rule, Party remote) {
        if (!(rule.action() instanceof Action.Permit permit)) {
            return false;
        }
        return permit.redirect().isPresent()
                ? new TargetFinder(snapshot, remote)
                        .redirected(permit.redirect().get())
                        .equals(remote.target())
                : remote.target().tokens().contains(rule.target());
    }

    private static void add(List<Finding> findings, String message) {
        findings.add(new Finding(Finding.Severity.WARNING, Finding.Kind.UNREACHABLE, Optional.empty(), message));
    }
}
