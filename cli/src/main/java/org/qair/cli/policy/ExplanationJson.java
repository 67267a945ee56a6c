package org.qair.cli.policy;

import java.util.Optional;
import org.qair.policy.Explanation;
import org.qair.policy.SystemInfo;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** An explanation as JSON. */
final class ExplanationJson {
    private ExplanationJson() {}

    /** @param standing of a source that a relay speaks for */
    static ObjectNode of(SystemInfo system, Explanation explanation, Optional<SourceStanding> standing) {
        ObjectNode json = DecisionJson.JSON.createObjectNode();
        json.set(
                "decision",
                standing.flatMap(SourceStanding::objection)
                        .map(objection -> DecisionJson.deny(objection, false, Optional.empty()))
                        .orElseGet(() -> DecisionJson.of(system, explanation.request(), explanation.decision())));
        standing.ifPresentOrElse(source -> json.set("via", source.json()), () -> json.putNull("via"));
        ArrayNode warnings = json.putArray("warnings");
        explanation.decision().warnings().forEach(warnings::add);
        ArrayNode steps = json.putArray("steps");
        explanation.steps().forEach(step -> step(steps.addObject(), step));
        json.put("other_services", explanation.others());
        ArrayNode excerpt = json.putArray("excerpt");
        explanation.excerpt().forEach(line -> {
            ObjectNode one = excerpt.addObject();
            one.put("line", line.number());
            one.put("text", line.text());
            one.put("deciding", line.deciding());
        });
        json.putNull("relay");
        explanation.relay().ifPresent(relay -> {
            ObjectNode second = json.putObject("relay");
            second.put("target", relay.call().relay().value());
            second.put("service", relay.call().service().toString());
            second.put("decisive", "first");
            second.put("direct", ExplanationText.decision(relay.direct()));
        });
        return json;
    }

    private static void step(ObjectNode json, Explanation.Step step) {
        json.put("rule", step.location().toString());
        json.put("text", step.text());
        json.put("matches", step.matches());
        ArrayNode mismatches = json.putArray("mismatches");
        step.mismatches().forEach(mismatches::add);
    }
}
