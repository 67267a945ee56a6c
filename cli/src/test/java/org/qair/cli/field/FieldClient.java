package org.qair.cli.field;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What {@code qubesadmin} takes an answer for, written after what it is known to do and not after what this host does: how it reads
 * answers, lists, properties. What it would choke on is an {@link AssertionError}.
 */
final class FieldClient {
    private final Wire wire;

    FieldClient(Wire wire) {
        this.wire = wire;
    }

    /** A property as a tool sees it; absent when it counts as not set. */
    record Property(boolean isDefault, String type, Optional<String> value) {}

    String call(String destination, String method) throws IOException, FieldException {
        return call(destination, method, null, null);
    }

    String call(String destination, String method, @Nullable String argument, @Nullable String payload)
            throws IOException, FieldException {
        byte[] bytes = payload == null ? null : payload.getBytes(StandardCharsets.UTF_8);
        return parse(wire.call(destination, method, argument, bytes));
    }

    private static String parse(byte[] answer) throws FieldException {
        String text = new String(answer, StandardCharsets.UTF_8);
        if (text.isEmpty()) {
            throw new FieldException(FieldException.NO_ANSWER, "Got empty response from qubesd");
        }
        if (text.startsWith("0\0")) {
            return text.substring(2);
        }
        require(text.startsWith("2\0"), "Invalid response format");
        String[] parts = text.split("\0", 5);
        require(parts.length == 5 && parts[4].isEmpty(), "an exception has type, traceback, message");
        throw new FieldException(parts[1], formatted(parts[3]));
    }

    /** As {@code message % ()} does. */
    private static String formatted(String message) {
        String left = message.replace("%%", "");
        require(!left.contains("%"), "not enough arguments for format string: " + message);
        return message.replace("%%", "%");
    }

    private static void require(boolean condition, String message) {
        if (!condition) {
            throw new AssertionError(message);
        }
    }

    /** The qubes by name, each with what the list says of it. */
    Map<String, Map<String, String>> domains() throws IOException, FieldException {
        Map<String, Map<String, String>> domains = new LinkedHashMap<>();
        for (String line : lines(call("dom0", "admin.vm.List"))) {
            String[] words = line.split(" ", -1);
            Map<String, String> known = new LinkedHashMap<>();
            for (int i = 1; i < words.length; i++) {
                String[] pair = words[i].split("=", 2);
                require(pair.length == 2, "`%s` in `%s`".formatted(words[i], line));
                known.put(pair[0], pair[1]);
            }
            domains.put(words[0], known);
        }
        return domains;
    }

    List<String> lines(String text) {
        require(text.isEmpty() || text.endsWith("\n"), "a line without end: " + text);
        return text.lines().toList();
    }

    Property property(String prefix, String destination, String name) throws IOException, FieldException {
        return property(call(destination, prefix + "Get", name, null));
    }

    private static Property property(String text) {
        String[] words = text.split(" ", 3);
        require(words.length == 3 && words[0].startsWith("default="), text);
        String type = type(words[1]);
        boolean isText = type.equals("str");
        return new Property(
                words[0].equals("default=True"),
                type,
                Optional.of(words[2]).filter(value -> isText || !value.isEmpty()));
    }

    private static String type(String word) {
        require(word.startsWith("type="), word);
        String type = word.substring("type=".length());
        require(List.of("str", "bool", "int", "vm", "label").contains(type), word);
        return type;
    }

    /** The default of a property; empty when it has none. */
    Optional<String> defaultOf(String destination, String name) throws IOException, FieldException {
        String text = call(destination, "admin.vm.property.GetDefault", name, null);
        if (text.isEmpty()) {
            return Optional.empty();
        }
        String[] words = text.split(" ", 2);
        require(words.length == 2 && !type(words[0]).isEmpty(), text);
        return Optional.of(words[1]);
    }

    /** All properties at once, unescaped. */
    Map<String, Property> properties(String destination) throws IOException, FieldException {
        Map<String, Property> all = new LinkedHashMap<>();
        for (String line : lines(call(destination, "admin.vm.property.GetAll"))) {
            String[] words = unescaped(line).split(" ", 2);
            all.put(words[0], property(words[1]));
        }
        return all;
    }

    private static String unescaped(String line) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (c != '\\') {
                text.append(c);
            } else {
                i++;
                require(i < line.length() && "n\\".indexOf(line.charAt(i)) >= 0, line);
                text.append(line.charAt(i) == 'n' ? '\n' : '\\');
            }
        }
        return text.toString();
    }

    String powerState(String destination) throws IOException, FieldException {
        for (String part : call(destination, "admin.vm.CurrentState").split(" ", -1)) {
            String[] pair = part.split("=", 2);
            if (pair[0].equals("power_state")) {
                return pair[1];
            }
        }
        throw new AssertionError("no power_state");
    }

    FieldEvents events(String destination) throws IOException {
        return new FieldEvents(wire.events(destination));
    }
}
