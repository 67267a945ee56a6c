package org.qair.host.prompts;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import org.qair.policy.QubeName;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.json.JsonMapper;

/** What goes over the socket of prompts: one JSON object a line, in both directions. Every field is present, null where it does not apply. */
public final class PromptJson {
    private static final ObjectMapper MAPPER = JsonMapper.shared();

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

    static String line(String name, @Nullable Object value) {
        return MAPPER.writeValueAsString(Map.of(name, value == null ? "" : value)) + "\n";
    }

    static String prompts(List<Shown> prompts) {
        return line("prompts", prompts.stream().map(PromptJson::of).toList());
    }

    static String grants(List<Grant> grants) {
        return line("grants", grants.stream().map(PromptJson::of).toList());
    }

    /** Reads a line. */
    static JsonNode parse(String line) throws PromptException {
        try {
            JsonNode node = MAPPER.readTree(line);
            if (node != null && node.isObject()) {
                return node;
            }
        } catch (JacksonException malformed) {
            throw new PromptException("a line that is no JSON: " + malformed.getOriginalMessage());
        }
        throw new PromptException("a line that is no JSON object");
    }

    static int number(JsonNode request, String field) throws PromptException {
        JsonNode value = request.get(field);
        if (value == null || !value.isInt()) {
            throw new PromptException("`%s` is to be a whole number".formatted(field));
        }
        return value.asInt();
    }

    static String text(JsonNode request, String field) throws PromptException {
        JsonNode value = request.get(field);
        if (value == null || !value.isString()) {
            throw new PromptException("`%s` is to be a string".formatted(field));
        }
        return value.asString();
    }

    static Answer answer(JsonNode request) throws PromptException {
        if (request.has("deny")) {
            return new Answer.Deny();
        }
        int calls = request.has("calls") ? number(request, "calls") : 1;
        try {
            return new Answer.Allow(text(request, "allow"), calls, term(request));
        } catch (IllegalArgumentException outOfRange) {
            throw new PromptException(String.valueOf(outOfRange.getMessage()));
        }
    }

    private static Term term(JsonNode request) throws PromptException {
        if (request.has("grant_seconds")) {
            return new Term.For(Duration.ofSeconds(number(request, "grant_seconds")));
        }
        if (request.has("grant_calls")) {
            return new Term.Calls(number(request, "grant_calls"));
        }
        return request.has("grant_session") ? new Term.Session() : new Term.Once();
    }
}
