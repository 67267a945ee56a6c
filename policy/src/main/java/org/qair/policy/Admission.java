package org.qair.policy;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.qair.policy.Decision.RelayedCall;

/** The last checks of a call that a rule or a person allows to one destination. */
final class Admission {
    private final Snapshot snapshot;
    private final QubeName source;
    private final ServiceName service;

    Admission(Snapshot snapshot, QubeName source, ServiceName service) {
        this.snapshot = snapshot;
        this.source = source;
        this.service = service;
    }

    /** What the rule says beside where to. */
    record Terms(Optional<String> user, boolean autostart, boolean notifyUser, Optional<RuleLocation> rule) {
        static Terms of(Action.Allow allow, Optional<RuleLocation> rule) {
            return new Terms(allow.user(), allow.autostart(), allow.notifyUser(), rule);
        }

        static Terms of(Decision.Ask ask) {
            return new Terms(ask.user(), ask.autostart(), ask.notifyUser(), ask.rule());
        }
    }

    Decision admit(Destination destination, Terms terms, List<String> warnings) {
        if (destination.equals(new Destination.Existing(source))) {
            return Verdict.refuse("`%s` calls itself".formatted(source), terms.rule(), warnings);
        }
        if (!terms.autostart() && !snapshot.isRunning(destination)) {
            return new Decision.Deny(
                    "`%s` would have to be started, and the rule has `autostart=no`".formatted(destination),
                    terms.notifyUser(),
                    terms.rule(),
                    warnings);
        }
        return remote(destination)
                .map(remote -> relayed(remote, destination, terms, warnings))
                .orElseGet(() -> allow(destination, Optional.empty(), terms.user(), terms, warnings));
    }

    private Optional<Qube> remote(Destination destination) {
        return destination instanceof Destination.Existing(QubeName name)
                ? snapshot.find(name).map(Party::qube).filter(qube -> qube.type() == QubeType.RemoteVM)
                : Optional.empty();
    }

    private Decision relayed(Qube remote, Destination destination, Terms terms, List<String> warnings) {
        List<String> noted = new ArrayList<>(warnings);
        if (terms.user().isPresent()) {
            noted.add("`user=` is ignored for RemoteVM `%s`".formatted(remote.name()));
        }
        return switch (Relaying.of(snapshot, remote, service)) {
            case Relaying.Impossible(String reason) -> Verdict.refuse(reason, terms.rule(), noted);
            case Relaying.Through(RelayedCall call) -> {
                if (!terms.autostart() && !snapshot.isRunning(new Destination.Existing(call.relay()))) {
                    noted.add("relay `%s` is not running, and the rule has `autostart=no`".formatted(call.relay()));
                }
                yield allow(destination, Optional.of(call), Optional.empty(), terms, noted);
            }
        };
    }

    private Decision allow(
            Destination destination,
            Optional<RelayedCall> relayed,
            Optional<String> user,
            Terms terms,
            List<String> warnings) {
        return new Decision.Allow(
                source, destination, relayed, user, terms.autostart(), terms.notifyUser(), terms.rule(), warnings);
    }
}
