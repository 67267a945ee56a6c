package org.qair.policy;

import java.util.Optional;

/** Finds what a target comes to: the one that a caller asked for, or the one that a rule puts in its place. */
final class TargetFinder {
    private final Snapshot snapshot;
    private final Party source;

    TargetFinder(Snapshot snapshot, Party source) {
        this.snapshot = snapshot;
        this.source = source;
    }

    /** A qube that does not exist is as good as none: a caller learns nothing from asking for it. */
    IntendedTarget requested(RequestedTarget requested) {
        return switch (requested) {
            case RequestedTarget.AdminVm host -> new IntendedTarget.Host();
            case RequestedTarget.Default unspecified -> new IntendedTarget.Open();
            case RequestedTarget.Disposable disposable -> source.disposable();
            case RequestedTarget.DisposableOf of ->
                disposable(snapshot.find(of.template()), of.template().value());
            case RequestedTarget.Named named -> existing(snapshot.find(named.name()));
            case RequestedTarget.Identified identified -> existing(snapshot.find(identified.uuid()));
        };
    }

    /** What {@code target=} or {@code default_target=} comes to; {@link IntendedTarget.Open} when there is no such qube. */
    IntendedTarget redirected(Token redirect) {
        return switch (redirect) {
            case Token.AdminVm host -> new IntendedTarget.Host();
            case Token.Disposable disposable -> source.disposable();
            case Token.DisposableOf of ->
                disposable(one(of.template()), of.template().toString());
            case Token.OneQube one -> existing(one(one));
            default -> new IntendedTarget.Open();
        };
    }

    /** The number of the party that is {@code qube}. */
    int number(Qube qube) {
        return snapshot.party(qube).number();
    }

    private Optional<Party> one(Token.OneQube one) {
        return switch (one) {
            case Token.Named named -> snapshot.find(named.name());
            case Token.Identified identified -> snapshot.find(identified.uuid());
        };
    }

    private static IntendedTarget existing(Optional<Party> found) {
        return found.map(Party::target).orElseGet(IntendedTarget.Open::new);
    }

    private static IntendedTarget disposable(Optional<Party> template, String name) {
        return template.filter(Party::isTemplate)
                .<IntendedTarget>map(party -> new IntendedTarget.DisposableOf(party.qube()))
                .orElseGet(() -> new IntendedTarget.NotATemplate(name));
    }
}
