package org.qair.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.qair.policy.Printable;
import tools.jackson.databind.JsonNode;

/** The prompts on a terminal: how they look, and what a typed line means. Safe for use by many threads. */
final class PromptBoard {
    private final Map<Integer, JsonNode> prompts = new ConcurrentHashMap<>();

    /** The lines that show a prompt. */
    String shown(JsonNode prompt) {
        prompts.put(prompt.get("prompt").asInt(), prompt);
        return text(prompt);
    }

    /** What is said when a prompt is over that was shown here. */
    Optional<String> gone(int id) {
        return prompts.remove(id) == null ? Optional.empty() : Optional.of("prompt %d is over".formatted(id));
    }

    static String text(JsonNode prompt) {
        StringBuilder text = new StringBuilder();
        int calls = prompt.get("calls").asInt();
        text.append("prompt %d: %s wants to call %s%s"
                .formatted(
                        prompt.get("prompt").asInt(),
                        source(prompt),
                        service(prompt),
                        calls > 1 ? ", " + calls + " calls" : ""));
        if (prompt.get("rule").isString()) {
            text.append("  [")
                    .append(Printable.line(prompt.get("rule").asString()))
                    .append(']');
        }
        text.append("\n  to");
        List<String> targets = targets(prompt);
        for (int i = 0; i < targets.size(); i++) {
            text.append("  ").append(i + 1).append(") ").append(targets.get(i));
        }
        preselected(prompt).ifPresent(target -> text.append("  preselected: ").append(target));
        return text.toString();
    }

    /** Who calls: with the relay that says so, and whether the source's own host has signed for it. */
    static String source(JsonNode prompt) {
        String source = prompt.get("source").asString();
        if (!prompt.get("via").isString()) {
            return source;
        }
        boolean verified = "verified".equals(prompt.get("proof").asString(""));
        return "%s (via relay %s, %s)"
                .formatted(source, prompt.get("via").asString(), verified ? "verified" : "on the relay's word");
    }

    static String service(JsonNode prompt) {
        JsonNode argument = prompt.get("argument");
        return Printable.of(prompt.get("service").asString() + (argument.isString() ? "+" + argument.asString() : ""));
    }

    static List<String> targets(JsonNode prompt) {
        List<String> targets = new ArrayList<>();
        prompt.get("targets").forEach(target -> targets.add(target.asString()));
        return targets;
    }

    private static Optional<String> preselected(JsonNode prompt) {
        return Optional.of(prompt.get("default_target"))
                .filter(JsonNode::isString)
                .map(JsonNode::asString);
    }

    /**
     * The request that a typed line stands for.
     *
     * @throws IllegalArgumentException saying what to type instead
     */
    Map<String, Object> answer(String line) {
        String[] words = line.split("[ \t]+", 4);
        JsonNode prompt = Optional.ofNullable(
                        words[0].matches("[0-9]{1,9}") ? prompts.get(Integer.valueOf(words[0])) : null)
                .orElseThrow(() -> new IllegalArgumentException("begin with the number of a prompt that waits: %s"
                        .formatted(new java.util.TreeSet<>(prompts.keySet()))));
        Map<String, Object> request = new LinkedHashMap<>();
        request.put("prompt", prompt.get("prompt").asInt());
        if (words.length > 3) {
            throw new IllegalArgumentException("type PROMPT, TARGET and perhaps 10m, session or 5x");
        }
        if (words.length > 1 && List.of("n", "no", "deny").contains(words[1])) {
            request.put("deny", true);
            return request;
        }
        request.put("allow", target(prompt, words));
        request.put("calls", prompt.get("calls").asInt());
        if (words.length == 3) {
            request.putAll(GrantTerm.parse(words[2]));
        }
        return request;
    }

    private static String target(JsonNode prompt, String[] words) {
        if (words.length == 1) {
            return preselected(prompt)
                    .orElseThrow(() -> new IllegalArgumentException(
                            "nothing is preselected: type the number of a target too, or `no`"));
        }
        List<String> targets = targets(prompt);
        if (words[1].matches("[0-9]{1,4}")) {
            int chosen = Integer.parseInt(words[1]);
            if (chosen >= 1 && chosen <= targets.size()) {
                return targets.get(chosen - 1);
            }
        }
        if (targets.contains(words[1])) {
            return words[1];
        }
        throw new IllegalArgumentException("`%s` is neither a number from 1 to %d nor a target nor `no`"
                .formatted(Printable.of(words[1]), targets.size()));
    }
}
