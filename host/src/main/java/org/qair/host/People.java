package org.qair.host;

import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.qair.host.daemon.Judge;
import org.qair.host.metrics.Meter;
import org.qair.host.metrics.Meter.PromptEnd;
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
    private final Meter meter;

    People(Prompts prompts, Supplier<Judge> policy, Meter meter) {
        this.prompts = prompts;
        this.policy = policy;
        this.meter = meter;
    }

    /** What came of asking. */
    interface Said {
        /** For the audit: what was said, and by whom; empty when nobody has answered. */
        Optional<String> answer();

        /** An allow or a deny, by the policy and the qubes of that moment. */
        Decision decide(SystemInfo now, Request request);
    }

    private record Chosen(String target, Supplier<Judge> policy, Optional<String> answer) implements Said {
        /** A policy that has changed meanwhile is asked again whether it still says to ask, and still offers what was chosen. */
        @Override
        public Decision decide(SystemInfo now, Request request) {
            Judge judge = policy.get();
            Decision again = judge.decide(now, request);
            if (!(again instanceof Decision.Ask ask)) {
                return again;
            }
            return ask.targets().stream()
                    .filter(destination -> destination.toString().equals(target))
                    .findFirst()
                    .map(chosen -> judge.answer(now, request, ask, chosen))
                    .orElseGet(
                            () -> denied(ask, "`%s` is no longer among the targets to choose from".formatted(target)));
        }
    }

    private record Refused(Decision.Ask ask, String reason, Optional<String> answer) implements Said {
        @Override
        public Decision decide(SystemInfo now, Request request) {
            return denied(ask, reason);
        }
    }

    /**
     * Asks, however long a person takes.
     *
     * @param proof for a source behind a relay, what stands behind it
     * @throws InterruptedException when the call was withdrawn
     */
    Said ask(Request request, Decision.Ask ask, Optional<String> proof) throws InterruptedException {
        return switch (counted(question(request, ask, proof))) {
            case Outcome.Allowed(String target, String by) ->
                new Chosen(target, policy, Optional.of("allow, by " + by));
            case Outcome.Denied(String by) -> new Refused(ask, "denied by " + by, Optional.of("deny, by " + by));
            case Outcome.Unanswered(String reason) ->
                new Refused(ask, "policy says to ask: " + reason, Optional.empty());
        };
    }

    private Outcome counted(Question question) throws InterruptedException {
        try {
            Outcome outcome = prompts.ask(question);
            meter.prompted(
                    switch (outcome) {
                        case Outcome.Allowed _ -> PromptEnd.ALLOWED;
                        case Outcome.Denied _ -> PromptEnd.DENIED;
                        case Outcome.Unanswered _ -> PromptEnd.UNANSWERED;
                    });
            return outcome;
        } catch (InterruptedException withdrawn) {
            meter.prompted(PromptEnd.WITHDRAWN);
            throw withdrawn;
        }
    }

    /** The same policy, which asks where it says to ask. One that is interrupted meanwhile denies. */
    Judge asking(Judge judge) {
        return new Judge() {
            @Override
            public Decision decide(SystemInfo system, Request request) {
                Decision decision = judge.decide(system, request);
                if (!(decision instanceof Decision.Ask ask)) {
                    return decision;
                }
                try {
                    return ask(request, ask, Optional.empty()).decide(system, request);
                } catch (InterruptedException withdrawn) {
                    return denied(ask, "the one that asked has hung up");
                }
            }

            @Override
            public Decision answer(SystemInfo system, Request request, Decision.Ask ask, Destination chosen) {
                return judge.answer(system, request, ask, chosen);
            }
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

    private static Decision denied(Decision.Ask ask, String reason) {
        return new Decision.Deny(reason, ask.notifyUser(), ask.rule(), List.of());
    }
}
