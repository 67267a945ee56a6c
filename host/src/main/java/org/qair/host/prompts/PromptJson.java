package org.qair.host.prompts;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import org.qair.host.lines.JsonLine;
import org.qair.host.lines.MalformedLineException;
import org.qair.policy.QubeName;
import tools.jackson.databind.JsonNode;

/** What goes over the socket of prompts: one JSON object a line, in both directions. Every field is present, null where it does not apply. */
public final class PromptJson {
    private PromptJson() {}

    /** A prompt, as {@code qair prompts list --json} shows it too. */
    public static Map<String, @Nullable Object> of(Shown prompt) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("prompt", prompt.id());
        fields.putAll(of(prompt.question()));
        fields.put("calls", prompt.calls());
        fields.put("since", prompt.since().toString());
        return fields;
    }

    /** A grant, as {@code qair prompts grants --json} shows it too. */
    public static Map<String, @Nullable Object> of(Grant grant) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("grant", grant.id());
        fields.put("target", grant.target());
        fields.putAll(of(grant.question()));
        fields.put("by", grant.by());
        fields.put("until", grant.until().map(Object::toString).orElse(null));
        OptionalInt left = grant.callsLeft();
        fields.put("calls_left", left.isPresent() ? left.getAsInt() : null);
        fields.put("session", grant.session());
        return fields;
    }

    private static Map<String, @Nullable Object> of(Question question) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("source", question.source().value());
        fields.put("via", question.via().map(QubeName::value).orElse(null));
        fields.put("proof", question.proof().orElse(null));
        fields.put("service", question.service().name());
        fields.put("argument", question.service().argument().orElse(null));
        fields.put("targets", question.targets());
        fields.put("default_target", question.defaultTarget().orElse(null));
        fields.put("rule", question.rule().orElse(null));
        return fields;
    }

    static String prompts(List<Shown> prompts) {
        return JsonLine.of("prompts", prompts.stream().map(PromptJson::of).toList());
    }

    static String grants(List<Grant> grants) {
        return JsonLine.of("grants", grants.stream().map(PromptJson::of).toList());
    }

    static Answer answer(JsonNode request) throws MalformedLineException {
        if (request.has("deny")) {
            return new Answer.Deny();
        }
        int calls = request.has("calls") ? JsonLine.number(request, "calls") : 1;
        try {
            return new Answer.Allow(JsonLine.text(request, "allow"), calls, term(request));
        } catch (IllegalArgumentException outOfRange) {
            throw new MalformedLineException(String.valueOf(outOfRange.getMessage()));
        }
    }

    private static Term term(JsonNode request) throws MalformedLineException {
        if (request.has("grant_seconds")) {
            return new Term.For(Duration.ofSeconds(JsonLine.number(request, "grant_seconds")));
        }
        if (request.has("grant_calls")) {
            return new Term.Calls(JsonLine.number(request, "grant_calls"));
        }
        return request.has("grant_session") ? new Term.Session() : new Term.Once();
    }
}
