package org.qair.policy;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Looks for what is wrong with a policy, and for what is allowed and hardly meant. */
public final class PolicyLint {
    private PolicyLint() {}

    /**
     * Checks the files of a policy.
     *
     * @param system the qubes there are; without it, nothing is said about qubes and tags
     * @param services the services that some directory has; without it, nothing is said about services
     * @return errors first; with an error, the policy cannot be read and nothing else is looked for
     */
    public static List<Finding> check(PolicyFiles files, Optional<SystemInfo> system, Optional<Set<String>> services) {
        try {
            return check(Policy.parse(files), system, services);
        } catch (PolicySyntaxException invalid) {
            return Policy.errors(files).stream().map(PolicyLint::error).toList();
        }
    }

    /** What is to be said about a policy that could be read: warnings, in the order of the rules. */
    public static List<Finding> check(Policy policy, Optional<SystemInfo> system, Optional<Set<String>> services) {
        List<Finding> findings = new ArrayList<>();
        Shadows shadows = new Shadows(policy.table(), system);
        Optional<UnknownWords> unknown = system.map(UnknownWords::new);
        for (int i = 0; i < policy.rules().size(); i++) {
            Rule rule = policy.rules().get(i);
            shadows.check(i).ifPresent(findings::add);
            unknown.ifPresent(words -> words.check(rule, findings));
            services.flatMap(known -> unknownService(rule, known)).ifPresent(findings::add);
        }
        system.map(policy::snapshot).ifPresent(snapshot -> {
            EmptyAsks.check(snapshot, findings);
            UnreachableRemotes.check(snapshot, findings);
        });
        findings.sort(Comparator.comparing(finding -> finding.at().isEmpty()));
        return List.copyOf(findings);
    }

    private static Finding error(PolicySyntaxException error) {
        String place = error.location() + ": ";
        String message = String.valueOf(error.getMessage());
        return new Finding(
                Finding.Severity.ERROR,
                Finding.Kind.SYNTAX,
                Optional.of(error.location()),
                message.startsWith(place) ? message.substring(place.length()) : message);
    }

    private static Optional<Finding> unknownService(Rule rule, Set<String> known) {
        return rule.service()
                .filter(service -> !known.contains(service))
                .map(service -> Finding.warning(
                        Finding.Kind.UNKNOWN_SERVICE,
                        rule.location(),
                        "no service directory has `%s`%s"
                                .formatted(
                                        service,
                                        NearMiss.of(service, known)
                                                .map(NearMiss::hint)
                                                .orElse(""))));
    }
}
