package org.qair.policy;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** Reads {@code docs/vectors/policy}, which any implementation can read. */
final class Vectors {
    private static final Path DIRECTORY = Path.of("..", "docs", "vectors", "policy");
    private static final ObjectMapper JSON = new ObjectMapper();

    private Vectors() {}

    static JsonNode read(String file) {
        return JSON.readTree(DIRECTORY.resolve(file).toFile());
    }

    static Stream<JsonNode> each(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false);
    }

    static SystemInfo system() {
        return new SystemInfo(read("system.json")
                .get("domains")
                .valueStream()
                .map(Vectors::qube)
                .toList());
    }

    private static Qube qube(JsonNode node) {
        Set<String> tags = new HashSet<>();
        node.get("tags").forEach(tag -> tags.add(tag.stringValue()));
        return new Qube(
                new QubeName(node.get("name").stringValue()),
                QubeType.valueOf(node.get("type").stringValue()),
                UUID.fromString(node.get("uuid").stringValue()),
                tags,
                text(node, "default_dispvm").map(QubeName::new),
                node.get("template_for_dispvms").booleanValue(),
                node.get("internal").booleanValue(),
                node.get("power_state").stringValue(),
                "",
                Optional.empty(),
                text(node, "relayvm").map(QubeName::new),
                text(node, "transport_rpc"));
    }

    static Optional<String> text(JsonNode node, String field) {
        JsonNode value = node.get(field);
        return value == null || value.isNull() ? Optional.empty() : Optional.of(value.stringValue());
    }
}
