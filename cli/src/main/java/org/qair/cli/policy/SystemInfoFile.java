package org.qair.cli.policy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.qair.policy.InvalidNameException;
import org.qair.policy.Qube;
import org.qair.policy.QubeName;
import org.qair.policy.QubeType;
import org.qair.policy.SystemInfo;
import org.qair.registry.exchange.QubesFile;
import org.qair.registry.exchange.QubesFileException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/**
 * Reads the qubes of a system from a file: that of a Qubes system or of {@code qair qube export}, or the field's system info ({@code internal.GetSystemInfo}): {@code {"domains": {NAME: {…}}}}. Only {@code type} must be
 * there; what is absent or null is unset.
 */
final class SystemInfoFile {
    private static final ObjectMapper JSON = new ObjectMapper();

    private SystemInfoFile() {}

    static SystemInfo read(Path file) {
        try {
            byte[] content = Files.readAllBytes(file);
            return isJson(content)
                    ? parse(file.toString(), content)
                    : QubesFile.read(file.toString(), content).system();
        } catch (QubesFileException broken) {
            throw new UnusableInputException("cannot read the qubes:\n" + broken.getMessage());
        } catch (IOException unreadable) {
            throw new UnusableInputException(
                    "cannot read system info `%s`: %s".formatted(file, unreadable.getMessage()));
        }
    }

    private static boolean isJson(byte[] content) {
        for (byte b : content) {
            if (!Character.isWhitespace(b)) {
                return b == '{';
            }
        }
        return false;
    }

    static SystemInfo parse(String name, byte[] content) {
        try {
            JsonNode domains = JSON.readTree(content).get("domains");
            if (domains == null || !domains.isObject()) {
                throw new UnusableInputException("system info `%s` has no object `domains`".formatted(name));
            }
            List<Qube> qubes = new ArrayList<>();
            for (Map.Entry<String, JsonNode> domain : domains.properties()) {
                qubes.add(qube(name, domain.getKey(), domain.getValue()));
            }
            return new SystemInfo(qubes);
        } catch (JacksonException invalid) {
            throw new UnusableInputException(
                    "system info `%s` is no JSON: %s".formatted(name, invalid.getOriginalMessage()));
        }
    }

    private static Qube qube(String file, String name, JsonNode fields) {
        try {
            return new Qube(
                    new QubeName(name),
                    QubeType.valueOf(text(fields, "type").orElse("")),
                    text(fields, "uuid").map(UUID::fromString).orElseGet(() -> unlisted(name)),
                    tags(fields),
                    text(fields, "default_dispvm").map(QubeName::new),
                    flag(fields, "template_for_dispvms"),
                    flag(fields, "internal"),
                    text(fields, "power_state").orElse("NA"),
                    text(fields, "icon").orElse(""),
                    text(fields, "guivm").map(QubeName::new),
                    text(fields, "relayvm").map(QubeName::new),
                    text(fields, "transport_rpc"));
        } catch (InvalidNameException invalid) {
            throw new UnusableInputException(
                    "system info `%s`, qube `%s`: %s".formatted(file, name, invalid.getMessage()));
        } catch (IllegalArgumentException invalid) {
            throw new UnusableInputException("system info `%s`, qube `%s`: type `%s` or uuid `%s` is wrong"
                    .formatted(
                            file,
                            name,
                            text(fields, "type").orElse(""),
                            text(fields, "uuid").orElse("")));
        }
    }

    /** A UUID for a qube that is listed without one, so that no two are taken for the same. */
    private static UUID unlisted(String name) {
        return name.equals(QubeName.DOM0.value())
                ? new UUID(0, 0)
                : UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8));
    }

    private static Set<String> tags(JsonNode fields) {
        Set<String> tags = new HashSet<>();
        JsonNode list = fields.get("tags");
        if (list != null) {
            list.forEach(tag -> tags.add(tag.asString("")));
        }
        return tags;
    }

    /** {@code internal} is the text of a feature, of which any but the empty one is a yes; the other flags are booleans. */
    private static boolean flag(JsonNode fields, String field) {
        JsonNode value = fields.get(field);
        return value != null
                && (value.isBoolean()
                        ? value.booleanValue()
                        : !value.asString("").isEmpty());
    }

    private static Optional<String> text(JsonNode fields, String field) {
        JsonNode value = fields.get(field);
        return value == null || !value.isString()
                ? Optional.empty()
                : Optional.of(value.stringValue()).filter(text -> !text.isEmpty());
    }
}
