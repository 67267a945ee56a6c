package org.qair.cli.policy;

import java.util.Optional;
import java.util.stream.Collectors;
import org.qair.policy.Decision;
import org.qair.policy.Destination;
import org.qair.policy.Explanation;

/** An explanation for a person to read. */
final class ExplanationText {
    private final Explanation explanation;
    private final Optional<SourceStanding> standing;
    private final StringBuilder text = new StringBuilder();

    private ExplanationText(Explanation explanation, Optional<SourceStanding> standing) {
        this.explanation = explanation;
        this.standing = standing;
    }

    /** @param standing of a source that a relay speaks for */
    static String of(Explanation explanation, Optional<SourceStanding> standing) {
        return new ExplanationText(explanation, standing).write();
    }

    private String write() {
        String source = standing.map(SourceStanding::text)
                .orElse(explanation.request().caller().value());
        line("%s -> %s %s: %s"
                .formatted(
                        source,
                        explanation.request().target(),
                        explanation.request().service(),
                        standing.flatMap(SourceStanding::objection)
                                .map(objection -> "denied before policy is asked: " + objection)
                                .orElse(decision(explanation.decision()))));
        standing.flatMap(SourceStanding::objection)
                .ifPresent(objection -> line("policy alone: " + decision(explanation.decision())));
        text.append(standing.map(SourceStanding::notes).orElse(""));
        explanation.decision().warnings().forEach(warning -> line("warning: " + warning));
        excerpt();
        steps();
        relay();
        return text.toString();
    }

    static String decision(Decision decision) {
        String rule = decision.rule().map(place -> " by " + place).orElse("");
        return switch (decision) {
            case Decision.Allow allow -> "allowed%s, to %s".formatted(rule, allow.destination());
            case Decision.Ask ask ->
                "a person is asked%s: %s"
                        .formatted(
                                rule,
                                ask.targets().stream()
                                        .map(Destination::toString)
                                        .sorted()
                                        .collect(Collectors.joining(", ")));
            case Decision.Deny deny -> "denied: " + deny.reason();
        };
    }

    private void excerpt() {
        if (!explanation.excerpt().isEmpty()) {
            line("");
            line(explanation.decision().rule().map(place -> place.file()).orElse(""));
            explanation
                    .excerpt()
                    .forEach(one -> line("%s%6d  %s"
                            .formatted(one.deciding() ? ">" : " ", one.number(), Terminal.printable(one.text()))));
        }
    }

    private void steps() {
        line("");
        for (Explanation.Step step : explanation.steps()) {
            line("%s  %s".formatted(step.location(), Terminal.printable(step.text())));
            line("    " + (step.matches() ? "matches" : String.join("; ", step.mismatches())));
        }
        if (explanation.others() > 0) {
            line("%d rules about other services were passed over".formatted(explanation.others()));
        }
    }

    private void relay() {
        explanation.relay().ifPresent(relay -> {
            line("");
            line("the target is a RemoteVM: the call becomes %s to %s"
                    .formatted(relay.call().service(), relay.call().relay()));
            line("that second call is carried out under the decision above, which is the decisive one");
            line("(called directly by the same source, it would be: %s)".formatted(decision(relay.direct())));
        });
    }

    private void line(String line) {
        text.append(line).append('\n');
    }
}
