package org.qair.host;

import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.qair.host.daemon.Judge;
import org.qair.host.prompts.Outcome;
import org.qair.host.prompts.Prompts;
import org.qair.host.prompts.Question;
import org.qair.policy.Decision;
import org.qair.policy.Destination;
import org.qair.policy.Request;
import org.qair.policy.RuleLocation;
import org.qair.policy.SystemInfo;

/** Where policy says to ask: puts the question to people, and makes a decision of what they say. */
final class People {
    private final Prompts prompts;
    private final Supplier<Judge> policy;
    private final Supplier<SystemInfo> system;

    People(Prompts prompts, Supplier<Judge> policy, Supplier<SystemInfo> system) {
        this.prompts = prompts;
        this.policy = policy;
        this.system = system;
    }

    /**
     * What came of asking.
     *
     * @param decision an allow or a deny
     * @param answer for the audit: what was said, and by whom
     */
    record Said(Decision decision, Optional<String> answer) {}

    /**
     * Asks, however long a person takes. The answer is held against the policy of the moment it comes: one that has changed meanwhile is
     * asked again whether it still says to ask, and still offers what was chosen.
     *
     * @param proof for a source behind a relay, what stands behind it
     * @throws InterruptedException when the call was withdrawn
     */
    Said ask(Request request, Decision.Ask ask, Optional<String> proof) throws InterruptedException {
        return switch (prompts.ask(question(request, ask, proof))) {
            case Outcome.Allowed(String target, String by) ->
                new Said(answered(request, target), Optional.of("allow, by " + by));
            case Outcome.Denied(String by) -> new Said(denied(ask, "denied by " + by), Optional.of("deny, by " + by));
            case Outcome.Unanswered(String reason) ->
                new Said(denied(ask, "policy says to ask: " + reason), Optional.empty());
        };
    }

    private static Question question(Request request, Decision.Ask ask, Optional<String> proof) {
        return new Question(
                ask.source(),
                request.requestedSource().map(claimed -> request.caller()),
                proof,
                request.service(),
                ask.targets().stream().map(Destination::toString).toList(),
                ask.defaultTarget().map(Destination::toString),
                ask.rule().map(RuleLocation::toString));
    }

    private Decision answered(Request request, String target) {
        SystemInfo now = system.get();
        Judge judge = policy.get();
        Decision again = judge.decide(now, request);
        if (!(again instanceof Decision.Ask ask)) {
            return again;
        }
        return ask.targets().stream()
                .filter(destination -> destination.toString().equals(target))
                .findFirst()
                .map(chosen -> judge.answer(now, request, ask, chosen))
                .orElseGet(() -> denied(ask, "`%s` is no longer among the targets to choose from".formatted(target)));
    }

    private static Decision denied(Decision.Ask ask, String reason) {
        return new Decision.Deny(reason, ask.notifyUser(), ask.rule(), List.of());
    }
}
