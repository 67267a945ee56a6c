package org.qair.host.daemon;

import java.util.Optional;
import org.qair.policy.Decision;
import org.qair.policy.Destination;
import org.qair.policy.InvalidNameException;
import org.qair.policy.Qube;
import org.qair.policy.QubeName;
import org.qair.policy.Request;
import org.qair.policy.RequestedTarget;
import org.qair.policy.SystemInfo;

/**
 * The answer to one question, and what the log says of it. Nothing but the question, the system and the policy decides it.
 *
 * @param answer the bytes to send
 * @param reason why, for the log only
 */
@SuppressWarnings("ArrayRecordComponent") // sent once, never compared
record Ruling(byte[] answer, String reason) {
    /** Judges the question by one policy and one system. A person who would have to be asked is not there, so that is a no. */
    static Ruling on(PolicyQuestion question, SystemInfo system, Judge judge) {
        try {
            Request request = question.request();
            Decision decision = judge.decide(system, request);
            if (decision instanceof Decision.Ask ask && question.assumeYes()) {
                decision = assumeYes(system, request, ask, judge);
            }
            return switch (decision) {
                case Decision.Allow allow -> allowed(question, AllowFields.of(system, request, allow), allow);
                case Decision.Ask ask -> denied("policy says to ask, and nobody can be asked" + rule(ask));
                case Decision.Deny deny -> denied(deny.reason() + rule(deny));
            };
        } catch (InvalidNameException malformed) {
            return denied(String.valueOf(malformed.getMessage()));
        }
    }

    /** A yes is to the target that was asked for; where there is none it does not say which. */
    private static Decision assumeYes(SystemInfo system, Request request, Decision.Ask ask, Judge judge) {
        return chosen(system, request.target(), ask)
                .map(target -> judge.answer(system, request, ask, target))
                .orElse(ask);
    }

    private static Optional<Destination> chosen(SystemInfo system, RequestedTarget target, Decision.Ask ask) {
        Optional<Qube> source = system.find(ask.source());
        return switch (target) {
            case RequestedTarget.Named named -> Optional.of(new Destination.Existing(named.name()));
            case RequestedTarget.Identified identified ->
                system.find(identified.uuid()).map(Qube::name).map(Destination.Existing::new);
            case RequestedTarget.AdminVm dom0 -> Optional.of(new Destination.Existing(QubeName.DOM0));
            case RequestedTarget.DisposableOf(var template) -> Optional.of(new Destination.NewDisposable(template));
            case RequestedTarget.Disposable disposable ->
                source.flatMap(Qube::defaultDispvm).map(Destination.NewDisposable::new);
            case RequestedTarget.Default unnamed -> Optional.empty();
        };
    }

    private static Ruling allowed(PolicyQuestion question, AllowFields fields, Decision.Allow allow) {
        String reason = "allowed to " + fields.target() + rule(allow);
        if (question.justEvaluate()) {
            return new Ruling(PolicyAnswer.evaluated(), reason);
        }
        return PolicyAnswer.allow(fields)
                .map(answer -> new Ruling(answer, reason))
                .orElseGet(() -> denied("the answer would have more than %d bytes".formatted(PolicyAnswer.MAX_SIZE)));
    }

    private static Ruling denied(String reason) {
        return new Ruling(PolicyAnswer.deny(), "denied: " + reason);
    }

    private static String rule(Decision decision) {
        return decision.rule().map(" (%s)"::formatted).orElse("");
    }
}
