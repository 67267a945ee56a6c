package org.qair.host.lines;

import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** One line: writing it, reading it, and the fields that it must have. */
public final class JsonLine {
    private JsonLine() {}

    /** An object of one field, with its line end. */
    public static String of(String name, Object value) {
        return of(Map.of(name, value));
    }

    /** An object, with its line end. */
    public static String of(Map<String, ?> fields) {
        return JsonMapper.shared().writeValueAsString(fields) + "\n";
    }

    /** Reads a line. */
    public static JsonNode parse(String line) throws MalformedLineException {
        try {
            JsonNode node = JsonMapper.shared().readTree(line);
            if (node != null && node.isObject()) {
                return node;
            }
        } catch (JacksonException malformed) {
            throw new MalformedLineException("a line that is no JSON: " + malformed.getOriginalMessage());
        }
        throw new MalformedLineException("a line that is no JSON object");
    }

    /** A field that must be a whole number of 32 bits. */
    public static int number(JsonNode line, String field) throws MalformedLineException {
        JsonNode value = line.get(field);
        if (value == null || !value.isInt()) {
            throw new MalformedLineException("`%s` is to be a whole number".formatted(field));
        }
        return value.asInt();
    }

    /** A field that must be a string. */
    public static String text(JsonNode line, String field) throws MalformedLineException {
        JsonNode value = line.get(field);
        if (value == null || !value.isString()) {
            throw new MalformedLineException("`%s` is to be a string".formatted(field));
        }
        return value.asString();
    }
}
