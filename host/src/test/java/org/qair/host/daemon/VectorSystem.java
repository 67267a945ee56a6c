package org.qair.host.daemon;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.qair.policy.Qube;
import org.qair.policy.QubeName;
import org.qair.policy.QubeType;
import org.qair.policy.SystemInfo;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The qubes of the policy vectors. */
final class VectorSystem {
    private VectorSystem() {}

    static SystemInfo read() throws IOException {
        byte[] json = Files.readAllBytes(Path.of("..", "docs", "vectors", "policy", "system.json"));
        List<Qube> qubes = new ArrayList<>();
        for (Map.Entry<String, JsonNode> domain :
                JsonMapper.shared().readTree(json).get("domains").properties()) {
            qubes.add(qube(new QubeName(domain.getKey()), domain.getValue()));
        }
        return new SystemInfo(qubes);
    }

    private static Qube qube(QubeName name, JsonNode fields) {
        Set<String> tags = new HashSet<>();
        fields.get("tags").forEach(tag -> tags.add(tag.stringValue()));
        return new Qube(
                name,
                QubeType.valueOf(fields.get("type").stringValue()),
                UUID.fromString(fields.get("uuid").stringValue()),
                tags,
                text(fields, "default_dispvm").map(QubeName::new),
                fields.get("template_for_dispvms").booleanValue(),
                fields.get("internal").booleanValue(),
                fields.get("power_state").stringValue(),
                "",
                Optional.empty(),
                text(fields, "relayvm").map(QubeName::new),
                text(fields, "transport_rpc"));
    }

    private static Optional<String> text(JsonNode fields, String field) {
        JsonNode value = fields.get(field);
        return value == null || value.isNull() ? Optional.empty() : Optional.of(value.stringValue());
    }
}
