package org.qair.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;

/** The index decides as a plain walk over the same rules does: same decision, same rule, same candidates. */
class IndexPropertyTest {
    @Property(shrinking = ShrinkingMode.OFF)
    void theIndexDecidesLikeAPlainWalk(@ForAll long seed) throws PolicySyntaxException {
        RandomPolicy random = new RandomPolicy(seed);
        SystemInfo system = random.system();
        String[] lines = random.rules();
        Policy policy = Policy.parse(MemoryFiles.of(lines));
        for (int i = 0; i < 8; i++) {
            Request request = random.request(system);
            compare(policy, system, request, String.join("\n", lines));
        }
    }

    private static void compare(Policy policy, SystemInfo system, Request request, String rules) {
        String about = "seeded by the property\n" + rules + "\n" + request;
        Qube source = system.find(request.caller()).orElseThrow();
        Decision decision = policy.evaluate(system, request);
        assertThat(policy.evaluate(system, request)).as(about).isEqualTo(decision);
        Optional<String> target = requested(system, request.target());
        if (target.isEmpty()) {
            assertThat(decision).as(about).isInstanceOf(Decision.Deny.class);
            assertThat(decision.rule()).as(about).isEmpty();
            return;
        }
        PlainWalk walk = new PlainWalk(policy.rules(), system, source, request.service());
        Optional<Rule> rule = walk.first(target.get());
        assertThat(decision.rule()).as(about).isEqualTo(rule.map(Rule::location));
        assertThat(outcome(decision)).as(about).isEqualTo(expected(walk, rule, system, source, target.get()));
    }

    private static String outcome(Decision decision) {
        return switch (decision) {
            case Decision.Allow allow -> "allow " + allow.destination();
            case Decision.Deny deny -> "deny";
            case Decision.Ask ask ->
                "ask "
                        + new TreeSet<>(ask.targets().stream()
                                .map(Destination::toString)
                                .collect(Collectors.toSet()))
                        + ask.defaultTarget().map(Destination::toString).orElse("");
        };
    }

    private static String expected(PlainWalk walk, Optional<Rule> rule, SystemInfo system, Qube source, String target) {
        Action action = rule.map(Rule::action).orElse(new Action.Deny(true));
        return switch (action) {
            case Action.Deny deny -> "deny";
            case Action.Allow allow -> {
                Optional<String> redirect =
                        allow.redirect().isPresent() ? allow.redirect().flatMap(walk::redirected) : Optional.of(target);
                yield redirect.flatMap(to -> existing(system, source, to))
                        .filter(to -> !to.equals(source.name().value()))
                        .filter(to -> allow.autostart() || isRunning(system, to))
                        .filter(to -> isReachable(system, to))
                        .map(to -> "allow " + to)
                        .orElse("deny");
            }
            case Action.Ask ask -> {
                Set<String> all = ask.redirect().isEmpty()
                        ? walk.candidates()
                        : ask.redirect()
                                .flatMap(walk::redirected)
                                .flatMap(to -> existing(system, source, to))
                                .filter(to -> !to.equals(source.name().value()))
                                .map(Set::of)
                                .orElse(Set.of());
                Set<String> targets = new TreeSet<>(all);
                targets.removeIf(to -> !ask.autostart() && !isRunning(system, to));
                yield targets.isEmpty()
                        ? "deny"
                        : "ask " + targets
                                + ask.defaultTarget()
                                        .flatMap(walk::redirected)
                                        .flatMap(to -> existing(system, source, to))
                                        .filter(targets::contains)
                                        .orElse("");
            }
        };
    }

    /** {@code @dispvm} as the source's template, {@code @default} as nothing. */
    private static Optional<String> existing(SystemInfo system, Qube source, String target) {
        if (target.equals("@dispvm")) {
            return source.defaultDispvm()
                    .flatMap(system::find)
                    .filter(Qube::templateForDispvms)
                    .map(template -> "@dispvm:" + template.name());
        }
        return Optional.of(target).filter(to -> !to.equals("@default"));
    }

    private static boolean isRunning(SystemInfo system, String target) {
        return !target.startsWith("@")
                && (target.equals("dom0")
                        || system.find(new QubeName(target)).orElseThrow().isRunning());
    }

    private static boolean isReachable(SystemInfo system, String target) {
        if (target.startsWith("@")) {
            return true;
        }
        Qube qube = system.find(new QubeName(target)).orElseThrow();
        return qube.type() != QubeType.RemoteVM
                || (qube.transportRpc().isPresent()
                        && qube.relayvm().flatMap(system::find).isPresent());
    }

    /** The target as the plain walk takes it; empty when the request is refused before any rule. */
    private static Optional<String> requested(SystemInfo system, RequestedTarget target) {
        return switch (target) {
            case RequestedTarget.AdminVm host -> Optional.of("dom0");
            case RequestedTarget.Default open -> Optional.of("@default");
            case RequestedTarget.Disposable own -> Optional.of("@dispvm");
            case RequestedTarget.DisposableOf of ->
                system.find(of.template()).filter(Qube::templateForDispvms).map(qube -> "@dispvm:" + qube.name());
            case RequestedTarget.Named named ->
                Optional.of(system.find(named.name())
                        .map(qube -> qube.name().value())
                        .orElse("@default"));
            case RequestedTarget.Identified identified ->
                Optional.of(system.find(identified.uuid())
                        .map(qube -> qube.name().value())
                        .orElse("@default"));
        };
    }
}
