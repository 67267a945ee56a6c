package org.qair.policy;

import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The targets that a person may choose from. They are numbered: two for each party, itself and a new disposable of it, and
 * one for {@code @dispvm}, which becomes the source's own template in the end.
 */
final class Candidates {
    private final RuleTable table;
    private final List<Party> parties;
    private final int ownDisposable;
    private final BitSet internal = new BitSet();
    private final BitSet[] byToken;

    Candidates(RuleTable table, List<Party> parties) {
        this.table = table;
        this.parties = parties;
        ownDisposable = 2 * parties.size();
        byToken = new BitSet[table.tokens()];
        for (int i = 0; i < byToken.length; i++) {
            byToken[i] = new BitSet();
        }
        for (Party party : parties) {
            mark(party.asTarget(), 2 * party.number());
            mark(party.asTemplate(), 2 * party.number() + 1);
            internal.set(2 * party.number(), party.qube().internal());
        }
    }

    /** Over all rules that match but for the target, from last to first: allow and ask add to them, deny takes away. */
    Set<Destination> of(Snapshot snapshot, ServiceName service, Party source) {
        TargetFinder finder = new TargetFinder(snapshot, source);
        BitSet chosen = new BitSet();
        int[] rules = table.about(service);
        for (int i = rules.length - 1; i >= 0; i--) {
            if (source.asSource().contains(table.sourceToken(rules[i]))) {
                apply(table.rules().get(rules[i]).action(), table.targetToken(rules[i]), source, finder, chosen);
            }
        }
        chosen.clear(2 * source.number());
        chosen.andNot(internal);
        return destinations(chosen, source);
    }

    private void apply(Action action, int target, Party source, TargetFinder finder, BitSet chosen) {
        switch (action) {
            case Action.Permit permit
            when permit.redirect().isPresent() ->
                redirect(finder.redirected(permit.redirect().get()), chosen, finder);
            case Action.Permit permit -> {
                chosen.or(byToken[target]);
                if (source.ownDisposable().contains(target)) {
                    chosen.set(ownDisposable);
                }
            }
            case Action.Deny deny -> {
                chosen.andNot(byToken[target]);
                if (source.ownDisposable().contains(target)) {
                    chosen.clear(ownDisposable);
                }
            }
        }
    }

    private void redirect(IntendedTarget target, BitSet chosen, TargetFinder finder) {
        switch (target) {
            case IntendedTarget.Host host -> chosen.set(0);
            case IntendedTarget.OfQube of -> chosen.set(2 * finder.number(of.qube()));
            case IntendedTarget.DisposableOf of -> chosen.set(2 * finder.number(of.template()) + 1);
            case IntendedTarget.DefaultDisposable disposable -> chosen.set(ownDisposable);
            case IntendedTarget.Open open -> {}
            case IntendedTarget.NotATemplate none -> {}
        }
    }

    private Set<Destination> destinations(BitSet chosen, Party source) {
        Set<Destination> destinations = new HashSet<>();
        chosen.stream().filter(number -> number != ownDisposable).forEach(number -> {
            QubeName name = parties.get(number / 2).name();
            destinations.add(number % 2 == 0 ? new Destination.Existing(name) : new Destination.NewDisposable(name));
        });
        if (chosen.get(ownDisposable)
                && Resolution.of(source.disposable(), source.name()) instanceof Resolution.To(Destination own)) {
            destinations.add(own);
        }
        return Set.copyOf(destinations);
    }

    private void mark(Tokens tokens, int number) {
        for (int token : tokens.numbers()) {
            byToken[token].set(number);
        }
    }
}
