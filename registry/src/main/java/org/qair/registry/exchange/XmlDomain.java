package org.qair.registry.exchange;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;
import org.qair.policy.InvalidNameException;
import org.qair.policy.Printable;
import org.qair.policy.QubeName;
import org.qair.policy.QubeType;
import org.qair.registry.QubeRecord;
import org.qair.registry.SettableProperties;
import org.qair.registry.exchange.QubesFile.QubeEntry;
import org.qair.registry.exchange.QubesFile.Value;

/** One {@code <domain>} of a {@code qubes.xml} while it is read. */
final class XmlDomain {
    /** Made of other properties: by the registry, or by a part of a Qubes system that there is not here. */
    private static final List<String> DERIVED_TAGS = List.of("relayvm-", "guivm-", "audiovm-");

    private final Optional<QubeType> klass;
    private final String className;
    private final String place;
    private final Map<String, String> labelNames;
    private final SortedMap<String, Value> properties = new TreeMap<>();
    private final SortedMap<String, Value> tags = new TreeMap<>();
    private final SortedMap<String, Value> features = new TreeMap<>();
    private Optional<Value> name = Optional.empty();
    private Optional<Value> uuid = Optional.empty();

    /** @param labelNames the file's labels by their ids, {@code label-1} */
    XmlDomain(String className, String place, Map<String, String> labelNames) {
        this.className = className;
        this.place = place;
        this.labelNames = labelNames;
        this.klass = Stream.of(QubeType.values())
                .filter(type -> type.name().equals(className))
                .findFirst();
    }

    void property(String property, String reference, Value value, LeftOut leftOut) {
        switch (property) {
            case "name" -> name = Optional.of(value);
            case "uuid" -> uuid = Optional.of(value);
            case "qid" -> {
                // a qube gets a number of its own here
            }
            case "label" -> properties.put(property, new Value(label(reference, value.text()), value.place()));
            default -> {
                if (klass.filter(type -> SettableProperties.of(type).contains(property))
                        .isPresent()) {
                    properties.put(property, value);
                } else {
                    leftOut.property(property);
                }
            }
        }
    }

    private String label(String reference, String text) {
        String id = reference.isEmpty() ? text : reference;
        return labelNames.getOrDefault(id, text);
    }

    void feature(String feature, Value value) {
        features.put(feature, value);
    }

    void tag(String tag, String at) {
        if (DERIVED_TAGS.stream().noneMatch(tag::startsWith)) {
            tags.put(tag, new Value("", at));
        }
    }

    /** The whole of it, if nothing is wrong. */
    Optional<QubeEntry> entry(List<String> faults) {
        if (klass.isEmpty()) {
            faults.add("%s: `%s` is no class of qubes".formatted(place, Printable.of(className)));
            return Optional.empty();
        }
        if (klass.get() == QubeType.AdminVM) {
            return Optional.of(entry(QubeName.DOM0, klass.get(), Optional.of(QubeRecord.ADMIN_VM_UUID)));
        }
        Optional<UUID> identity = uuid.flatMap(value -> QubesFile.uuid(value.text()));
        if (uuid.isPresent() && identity.isEmpty()) {
            faults.add("%s: `%s` is no uuid"
                    .formatted(uuid.get().place(), Printable.of(uuid.get().text())));
        }
        try {
            String text = name.map(Value::text).orElse("");
            return Optional.of(entry(new QubeName(text), klass.get(), identity));
        } catch (InvalidNameException invalid) {
            faults.add(name.map(Value::place).orElse(place) + ": " + invalid.getMessage());
            return Optional.empty();
        }
    }

    private QubeEntry entry(QubeName qube, QubeType type, Optional<UUID> identity) {
        return new QubeEntry(qube, type, identity, place, properties, tags, features);
    }
}
