package org.qair.policy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/** One policy for one moment of the system: what every decision needs, worked out once. Safe for use by many threads. */
final class Snapshot {
    /** For how many sources and services the candidates are kept; a system whose calls are more varied works them out again. */
    private static final int MOST_KEPT = 4096;

    /** Calls that have the same candidates: same rules about the service, same source. */
    private record CandidateKey(int ruleClass, int source) {}

    private final RuleTable table;
    private final SystemInfo system;
    private final List<Party> parties = new ArrayList<>();
    private final Map<QubeName, Party> byName = new HashMap<>();
    private final Map<UUID, Party> byUuid = new HashMap<>();
    private final Tokens open;
    private final ConcurrentMap<CandidateKey, Set<Destination>> chosen = new ConcurrentHashMap<>();
    private volatile @Nullable Candidates candidates;

    Snapshot(RuleTable table, SystemInfo system) {
        this.table = table;
        this.system = system;
        open = table.numbers(new IntendedTarget.Open().tokens());
        add(system.find(QubeName.DOM0).orElseGet(Snapshot::unlistedHost));
        system.qubes().stream()
                .filter(qube -> !qube.name().equals(QubeName.DOM0))
                .sorted(Comparator.comparing(Qube::name))
                .forEach(this::add);
    }

    SystemInfo system() {
        return system;
    }

    RuleTable table() {
        return table;
    }

    /** The targets that a person may choose from, when a rule asks. */
    Set<Destination> candidates(ServiceName service, Party source) {
        Candidates known = candidates;
        if (known == null) {
            known = new Candidates(table, List.copyOf(parties));
            candidates = known;
        }
        CandidateKey key = new CandidateKey(table.ruleClass(service), source.number());
        Set<Destination> found = chosen.get(key);
        if (found == null) {
            found = known.of(this, service, source);
            if (chosen.size() < MOST_KEPT) {
                chosen.put(key, found);
            }
        }
        return found;
    }

    /** Whether a call reaches it without starting anything. */
    boolean isRunning(Destination destination) {
        return destination instanceof Destination.Existing(QubeName name)
                && find(name)
                        .map(party -> party.isHost() || party.qube().isRunning())
                        .orElse(false);
    }

    List<Party> parties() {
        return Collections.unmodifiableList(parties);
    }

    Party host() {
        return parties.getFirst();
    }

    Optional<Party> find(QubeName name) {
        return Optional.ofNullable(byName.get(name));
    }

    Optional<Party> find(UUID uuid) {
        return Optional.ofNullable(byUuid.get(uuid));
    }

    /** The number of the first rule that matches, or {@link PairIndex#NONE}. */
    int first(ServiceName service, Party source, IntendedTarget target) {
        return table.first(service, source.asSource(), targetTokens(source, target));
    }

    /** The numbers of the tokens that match a target, when {@code source} calls it. */
    private Tokens targetTokens(Party source, IntendedTarget target) {
        return switch (target) {
            case IntendedTarget.Host host -> host().asTarget();
            case IntendedTarget.OfQube of -> party(of.qube()).asTarget();
            case IntendedTarget.Open unspecified -> open;
            case IntendedTarget.DefaultDisposable disposable -> source.ownDisposable();
            case IntendedTarget.DisposableOf of -> party(of.template()).asTemplate();
            case IntendedTarget.NotATemplate none -> Tokens.NONE;
        };
    }

    /** One that is known to be there. */
    Party party(Qube qube) {
        return find(qube.name()).orElseThrow();
    }

    private void add(Qube qube) {
        boolean host = qube.name().equals(QubeName.DOM0);
        IntendedTarget target = host ? new IntendedTarget.Host() : new IntendedTarget.OfQube(qube);
        IntendedTarget.DefaultDisposable disposable = new IntendedTarget.DefaultDisposable(
                qube.defaultDispvm(), qube.defaultDispvm().flatMap(system::find));
        Party party = new Party(
                parties.size(),
                qube,
                table.numbers(MatchingTokens.ofSource(qube)),
                target,
                table.numbers(target.tokens()),
                qube.templateForDispvms() && !host
                        ? table.numbers(new IntendedTarget.DisposableOf(qube).tokens())
                        : Tokens.NONE,
                disposable,
                table.numbers(disposable.tokens()));
        parties.add(party);
        byName.put(qube.name(), party);
        byUuid.put(qube.uuid(), party);
    }

    private static Qube unlistedHost() {
        return new Qube(
                QubeName.DOM0,
                QubeType.AdminVM,
                Uuids.ADMIN_VM,
                Set.of(),
                Optional.empty(),
                false,
                false,
                "Running",
                "",
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }
}
