package org.qair.policy;

import java.util.List;
import java.util.Optional;

/**
 * A decision with its reasons.
 *
 * @param source whom the call is judged as from; absent when nobody rightly makes it
 * @param steps the rules about this service that were passed over before the deciding one, and that one; in their order
 * @param others how many rules before the deciding one are about other services
 * @param excerpt the deciding rule in its file, with its neighbours; empty when no rule decided
 * @param relay what becomes of the call, when its target is a RemoteVM
 */
public record Explanation(
        Request request,
        Decision decision,
        Optional<QubeName> source,
        List<Step> steps,
        int others,
        List<Line> excerpt,
        Optional<Relay> relay) {
    public Explanation {
        steps = List.copyOf(steps);
        excerpt = List.copyOf(excerpt);
    }

    /**
     * One rule.
     *
     * @param text as it stands in its file; empty for a rule that the file implies
     * @param mismatches why it does not match; empty for the rule that does
     */
    public record Step(RuleLocation location, String text, List<String> mismatches) {
        public Step {
            mismatches = List.copyOf(mismatches);
        }

        public boolean matches() {
            return mismatches.isEmpty();
        }
    }

    /** A line of the file that the deciding rule is in. */
    public record Line(int number, String text, boolean deciding) {}

    /**
     * The second call, that to the relay. It is carried out under the decision on the first: policy judges a call once.
     *
     * @param call takes the place of the call to the RemoteVM
     * @param direct what policy says when the same source makes that second call itself; not asked, shown for comparison
     */
    public record Relay(Decision.RelayedCall call, Decision direct) {}
}
