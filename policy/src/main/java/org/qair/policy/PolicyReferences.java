package org.qair.policy;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * Where a policy names single qubes: as source, target, {@code target=} or {@code default_target=}, and as the template of
 * disposables in any of these. Tags, types and keywords name nobody. Immutable.
 */
public final class PolicyReferences {
    /** Of a policy that is not there. */
    public static final PolicyReferences NONE = new PolicyReferences(List.of());

    private final Map<QubeName, Set<String>> byName = new HashMap<>();
    private final Map<UUID, Set<String>> byUuid = new HashMap<>();

    private PolicyReferences(List<Rule> rules) {
        rules.forEach(this::add);
    }

    /** Those in a policy's files; where lines are broken, in the others. */
    public static PolicyReferences read(PolicyFiles files) {
        return of(new PolicyParser(files).parse().rules());
    }

    static PolicyReferences of(List<Rule> rules) {
        return new PolicyReferences(rules);
    }

    /** Where a qube is named, in the order of reading: {@code source in /etc/qubes/policy.d/30-user.policy:4}. */
    public List<String> to(QubeName name) {
        return List.copyOf(byName.getOrDefault(name, Set.of()));
    }

    /** The same where it is named by its UUID. */
    public List<String> to(UUID uuid) {
        return List.copyOf(byUuid.getOrDefault(uuid, Set.of()));
    }

    private void add(Rule rule) {
        add("source", rule.source(), rule);
        add("target", rule.target(), rule);
        if (rule.action() instanceof Action.Permit permit) {
            permit.redirect().ifPresent(token -> add("target=", token, rule));
        }
        if (rule.action() instanceof Action.Ask ask) {
            ask.defaultTarget().ifPresent(token -> add("default_target=", token, rule));
        }
    }

    private void add(String role, Token token, Rule rule) {
        switch (token) {
            case Token.Named(QubeName name) ->
                byName.computeIfAbsent(name, absent -> new LinkedHashSet<>()).add(role + " in " + rule.location());
            case Token.Identified(UUID uuid) ->
                byUuid.computeIfAbsent(uuid, absent -> new LinkedHashSet<>()).add(role + " in " + rule.location());
            case Token.DisposableOf(Token.OneQube template) -> add(role, template, rule);
            default -> {
                // names no single qube
            }
        }
    }

    /** These and others, each once. */
    public PolicyReferences and(PolicyReferences others) {
        PolicyReferences all = new PolicyReferences(List.of());
        for (PolicyReferences one : new PolicyReferences[] {this, others}) {
            one.byName.forEach((name, places) -> all.byName
                    .computeIfAbsent(name, absent -> new LinkedHashSet<>())
                    .addAll(places));
            one.byUuid.forEach((uuid, places) -> all.byUuid
                    .computeIfAbsent(uuid, absent -> new LinkedHashSet<>())
                    .addAll(places));
        }
        return all;
    }
}
