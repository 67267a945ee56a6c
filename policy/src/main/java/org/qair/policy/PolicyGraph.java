package org.qair.policy;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Who may call what on whom, as policy decides it for the qubes that there are. A denial is an edge only when a rule that
 * names somebody denies; what no rule allows is not drawn.
 *
 * @param edges sorted by source, target and kind
 */
public record PolicyGraph(List<Edge> edges) {
    public PolicyGraph {
        edges = List.copyOf(edges);
    }

    /** What policy says to a call. */
    public enum Kind {
        ALLOW,
        ASK,
        DENY
    }

    /** Calls from one qube to another that are decided alike; a service of {@code *} is one that no rule names. */
    public record Edge(String source, String target, Kind kind, SortedSet<String> services) {}

    /**
     * The graph of a policy.
     *
     * @param service only calls of this service
     * @param source only calls from this qube
     */
    public static PolicyGraph of(
            Policy policy, SystemInfo system, Optional<String> service, Optional<QubeName> source) {
        return new PolicyGraph(new Drawing(policy.snapshot(system), service, source).edges());
    }

    /** Collects the edges. */
    private static final class Drawing {
        private static final String ANY = "any-other-service";

        private final Snapshot snapshot;
        private final List<ServiceName> services = new ArrayList<>();
        private final Optional<QubeName> source;
        private final Map<Edge, SortedSet<String>> found = new LinkedHashMap<>();
        private final Set<RuleLocation> pointed = new HashSet<>();

        Drawing(Snapshot snapshot, Optional<String> service, Optional<QubeName> source) {
            this.snapshot = snapshot;
            this.source = source;
            snapshot.table().named().stream()
                    .filter(named -> service.map(named.name()::equals).orElse(true))
                    .forEach(services::add);
            snapshot.table().rules().stream()
                    .filter(rule -> rule.action() instanceof Action.Deny)
                    .filter(rule -> !(isGeneral(rule.source()) && isGeneral(rule.target())))
                    .forEach(rule -> pointed.add(rule.location()));
            if (service.isEmpty() || services.isEmpty()) {
                services.add(new ServiceName(service.orElse(ANY), Optional.empty()));
            }
        }

        List<Edge> edges() {
            for (Party caller : snapshot.parties()) {
                if (source.map(caller.name()::equals).orElse(true)) {
                    services.forEach(called -> draw(caller, called));
                }
            }
            List<Edge> edges = new ArrayList<>();
            found.forEach((edge, names) -> edges.add(new Edge(edge.source(), edge.target(), edge.kind(), names)));
            edges.sort(java.util.Comparator.comparing(Edge::source)
                    .thenComparing(Edge::target)
                    .thenComparing(Edge::kind));
            return edges;
        }

        private void draw(Party caller, ServiceName called) {
            draw(caller, called, new RequestedTarget.Default());
            draw(caller, called, new RequestedTarget.Disposable());
            for (Party target : snapshot.parties()) {
                if (target.number() != caller.number()) {
                    draw(
                            caller,
                            called,
                            target.isHost() ? new RequestedTarget.AdminVm() : new RequestedTarget.Named(target.name()));
                }
                if (target.isTemplate()) {
                    draw(caller, called, new RequestedTarget.DisposableOf(target.name()));
                }
            }
        }

        private void draw(Party caller, ServiceName called, RequestedTarget target) {
            Request request = new Request(caller.name(), Optional.empty(), target, called);
            String label = called.name().equals(ANY) ? "*" : called.toString();
            switch (new Evaluation(snapshot, request).decide()) {
                case Decision.Allow allow -> add(caller, allow.destination().toString(), Kind.ALLOW, label);
                case Decision.Ask ask -> ask.targets().forEach(one -> add(caller, one.toString(), Kind.ASK, label));
                case Decision.Deny deny -> {
                    if (deny.rule().isPresent() && pointed.contains(deny.rule().get())) {
                        add(caller, target.toString(), Kind.DENY, label);
                    }
                }
            }
        }

        private static boolean isGeneral(Token token) {
            return token instanceof Token.Anything || token instanceof Token.AnyQube;
        }

        private void add(Party caller, String target, Kind kind, String label) {
            Edge key = new Edge(caller.name().value(), target, kind, new TreeSet<>());
            found.computeIfAbsent(key, edge -> new TreeSet<>()).add(label);
        }
    }
}
