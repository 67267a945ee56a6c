package org.qair.policy;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The rules of one host: who may call which service where. Immutable and safe for use by many threads; a decision depends on
 * the policy, the system and the request alone. What the rules mean is qrexec's policy language as of Qubes OS R4.3
 * ({@code policy.d}); where we differ from it is in the decision records.
 */
public final class Policy {
    private final RuleTable table;
    private final Map<String, List<String>> texts;
    private volatile @Nullable Snapshot latest;

    private Policy(PolicyParser parsed) {
        table = new RuleTable(parsed.rules());
        texts = Map.copyOf(parsed.texts());
    }

    /**
     * Reads a whole policy.
     *
     * @throws PolicySyntaxException the first error in any file, with further ones as suppressed exceptions
     */
    public static Policy parse(PolicyFiles files) throws PolicySyntaxException {
        PolicyParser parsed = new PolicyParser(files).parse();
        parsed.errors().raise();
        return new Policy(parsed);
    }

    /** What is wrong with a policy, in the order of reading; at most a hundred errors, none when it can be parsed. */
    public static List<PolicySyntaxException> errors(PolicyFiles files) {
        return new PolicyParser(files).parse().errors().found();
    }

    /**
     * Judges a request. What does not depend on the request is worked out once for each {@code system} object and kept for
     * the last one that was used, so callers should use the same object while the system stays the same.
     */
    public Decision evaluate(SystemInfo system, Request request) {
        return new Evaluation(snapshot(system), request).decide();
    }

    /**
     * Judges a request that a person has answered: the call is allowed to {@code chosen}, unless that was not among the
     * targets of {@code ask} or the checks that follow every allow refuse it.
     */
    public Decision answer(SystemInfo system, Request request, Decision.Ask ask, Destination chosen) {
        if (!ask.targets().contains(chosen)) {
            return Verdict.refuse(
                    "`%s` was not among the targets to choose from".formatted(chosen), ask.rule(), List.of());
        }
        return new Admission(snapshot(system), ask.source(), request.service())
                .admit(chosen, Admission.Terms.of(ask), ask.warnings());
    }

    /** Judges a request and says why, rule by rule. */
    public Explanation explain(SystemInfo system, Request request) {
        return new Explainer(snapshot(system), texts, request).explain();
    }

    /** Where it names single qubes. */
    public PolicyReferences references() {
        return PolicyReferences.of(table.rules());
    }

    /** The places of the rules about a service, whatever the argument, in their order; rules about every service are among them. */
    public List<RuleLocation> rulesAbout(String service) {
        return table.rules().stream()
                .filter(rule -> rule.service().map(service::equals).orElse(true))
                .map(Rule::location)
                .toList();
    }

    /** How many rules there are. */
    public int size() {
        return table.rules().size();
    }

    /** In their order. */
    List<Rule> rules() {
        return table.rules();
    }

    RuleTable table() {
        return table;
    }

    Snapshot snapshot(SystemInfo system) {
        Snapshot known = latest;
        if (known == null || known.system() != system) {
            known = new Snapshot(table, system);
            latest = known;
        }
        return known;
    }
}
