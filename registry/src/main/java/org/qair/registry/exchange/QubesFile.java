package org.qair.registry.exchange;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import org.qair.policy.InvalidNameException;
import org.qair.policy.QubeName;
import org.qair.policy.QubeType;
import org.qair.policy.SystemInfo;
import org.qair.registry.AgentState;
import org.qair.registry.QubeRecord;
import org.qair.registry.RegistrySnapshot;
import org.qair.registry.SettableProperties;

/**
 * Qubes as a file has them; what the values are worth is not checked yet. Immutable.
 *
 * @param labels those that are not in every registry: colours by name
 * @param host the host's own properties; absent when the file says nothing of the host
 * @param leftOut what the file has and a registry does not, as it is to be shown
 */
public record QubesFile(
        SortedMap<String, Value> labels,
        Optional<SortedMap<String, Value>> host,
        List<QubeEntry> qubes,
        List<String> leftOut) {
    /** The longest file, in bytes. */
    public static final int MAX_SIZE = 16 * 1024 * 1024;

    public QubesFile {
        qubes = List.copyOf(qubes);
        leftOut = List.copyOf(leftOut);
    }

    /** A text and where it stands: {@code file:line}. */
    record Value(String text, String place) {}

    /**
     * One qube.
     *
     * @param place {@code file:line}
     * @param uuid absent for one that is made when the qube is
     */
    record QubeEntry(
            QubeName name,
            QubeType klass,
            Optional<UUID> uuid,
            String place,
            SortedMap<String, Value> properties,
            SortedMap<String, Value> tags,
            SortedMap<String, Value> features) {}

    /**
     * Reads a file: TOML as {@code qair qube export} writes it, or a Qubes system's {@code qubes.xml}, which begins with {@code <}.
     *
     * @param name what messages call it
     * @throws QubesFileException naming everything that is wrong with its form, each with its line
     */
    public static QubesFile read(String name, byte[] content) throws QubesFileException {
        if (content.length > MAX_SIZE) {
            throw new QubesFileException(List.of("%s: more than %d bytes".formatted(name, MAX_SIZE)));
        }
        int first = 0;
        while (first < content.length && Character.isWhitespace(content[first])) {
            first++;
        }
        QubesFile file = first < content.length && content[first] == '<'
                ? new QubesXml(name).read(content)
                : new QubesToml(name).read(utf8(name, content));
        file.checkReferences();
        return file;
    }

    /** What refers to a qube does so by a name, there or not. */
    private void checkReferences() throws QubesFileException {
        List<String> faults = new ArrayList<>();
        qubes.forEach(qube -> checkReferences(qube.properties(), faults));
        host.ifPresent(properties -> checkReferences(properties, faults));
        if (!faults.isEmpty()) {
            throw new QubesFileException(faults);
        }
    }

    private static void checkReferences(Map<String, Value> properties, List<String> faults) {
        properties.forEach((property, value) -> {
            try {
                if (!value.text().isEmpty() && SettableProperties.isReference(property)) {
                    new QubeName(value.text());
                }
            } catch (InvalidNameException invalid) {
                faults.add("%s: `%s`: %s".formatted(value.place(), property, invalid.getMessage()));
            }
        });
    }

    private static String utf8(String name, byte[] content) throws QubesFileException {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(content))
                    .toString();
        } catch (CharacterCodingException notText) {
            throw new QubesFileException(List.of(name + ": it is not UTF-8"));
        }
    }

    /** In the one form that a UUID is written in. */
    static Optional<UUID> uuid(String text) {
        try {
            return Optional.of(UUID.fromString(text))
                    .filter(uuid -> uuid.toString().equals(text));
        } catch (IllegalArgumentException malformed) {
            return Optional.empty();
        }
    }

    /** What policy would know of these qubes: with the defaults of a registry, and all of them running. */
    public SystemInfo system() {
        List<QubeRecord> records = new ArrayList<>();
        for (QubeEntry qube : qubes) {
            TreeSet<String> tags = new TreeSet<>(qube.tags().keySet());
            Value relay = qube.properties().get("relayvm");
            if (relay != null && !relay.text().isEmpty()) {
                tags.add("relayvm-" + relay.text());
            }
            records.add(new QubeRecord(
                    qube.name(),
                    qube.uuid()
                            .orElseGet(() ->
                                    UUID.nameUUIDFromBytes(qube.name().value().getBytes(StandardCharsets.US_ASCII))),
                    records.size(),
                    qube.klass(),
                    texts(qube.properties()),
                    tags,
                    texts(qube.features()),
                    AgentState.CONNECTED));
        }
        return RegistrySnapshot.ofUnchecked(records, texts(host.orElseGet(TreeMap::new)))
                .systemInfo();
    }

    private static SortedMap<String, String> texts(Map<String, Value> values) {
        SortedMap<String, String> texts = new TreeMap<>();
        values.forEach((key, value) -> texts.put(key, value.text()));
        return texts;
    }
}
