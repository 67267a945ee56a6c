package org.qair.host.enrolment;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.qair.policy.Printable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** One JSON object from outside, whose fields are taken with their types checked. Fields that nobody takes are ignored. */
final class Fields {
    private final JsonNode node;

    private Fields(JsonNode node) {
        this.node = node;
    }

    /** @throws IllegalArgumentException when the text is no object */
    static Fields of(String text) {
        try {
            JsonNode node = JsonMapper.shared().readTree(text);
            if (node != null && node.isObject()) {
                return new Fields(node);
            }
        } catch (JacksonException malformed) {
            throw new IllegalArgumentException("no JSON object: `%s`".formatted(Printable.of(text)), malformed);
        }
        throw new IllegalArgumentException("no JSON object: `%s`".formatted(Printable.of(text)));
    }

    boolean has(String name) {
        return node.has(name);
    }

    String string(String name) {
        return string(name, node.path(name));
    }

    boolean flag(String name) {
        JsonNode value = node.path(name);
        if (!value.isBoolean()) {
            throw new IllegalArgumentException("`%s` is to be true or false".formatted(name));
        }
        return value.booleanValue();
    }

    int number(String name) {
        JsonNode value = node.path(name);
        if (!value.isInt()) {
            throw new IllegalArgumentException("`%s` is to be a number".formatted(name));
        }
        return value.intValue();
    }

    /** Each of an array's strings, made into what it is to be. */
    <T> List<T> list(String name, int most, Function<String, T> each) {
        JsonNode value = node.path(name);
        if (!value.isArray() || value.size() > most) {
            throw new IllegalArgumentException("`%s` is to be an array of at most %d".formatted(name, most));
        }
        List<T> found = new ArrayList<>();
        for (JsonNode element : value) {
            found.add(each.apply(string(name, element)));
        }
        return found;
    }

    private static String string(String name, JsonNode value) {
        if (!value.isString()) {
            throw new IllegalArgumentException("`%s` is to be a string".formatted(name));
        }
        return value.stringValue();
    }
}
