package org.qair.registry.exchange;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.qair.policy.InvalidNameException;
import org.qair.policy.NearMiss;
import org.qair.policy.Printable;
import org.qair.policy.QubeName;
import org.qair.policy.QubeType;
import org.qair.registry.QubeRecord;
import org.qair.registry.exchange.QubesFile.QubeEntry;
import org.qair.registry.exchange.QubesFile.Value;
import org.tomlj.Toml;
import org.tomlj.TomlArray;
import org.tomlj.TomlParseResult;
import org.tomlj.TomlPosition;
import org.tomlj.TomlTable;

/**
 * Our own form: tables {@code [labels]}, {@code [host]}, {@code [qube.NAME]} with {@code class}, {@code uuid}, {@code tags} and
 * properties, and {@code [qube.NAME.features]}.
 */
final class QubesToml {
    private static final List<String> TABLES = List.of("labels", "host", "qube");

    private final String file;
    private final List<String> faults = new ArrayList<>();

    QubesToml(String file) {
        this.file = file;
    }

    QubesFile read(String text) throws QubesFileException {
        TomlParseResult toml = Toml.parse(text);
        toml.errors().forEach(error -> fault(error.position(), String.valueOf(error.getMessage())));
        QubesFile read = faults.isEmpty() ? file(toml) : null;
        if (read == null || !faults.isEmpty()) {
            throw new QubesFileException(faults);
        }
        return read;
    }

    private QubesFile file(TomlTable toml) {
        for (String key : toml.keySet()) {
            if (!TABLES.contains(key)) {
                String hint = NearMiss.of(key, TABLES)
                        .map(NearMiss::hint)
                        .orElse(": there are [labels], [host] and [qube.NAME]");
                fault(at(toml, key), "unknown table `%s`%s".formatted(Printable.of(key), hint));
            }
        }
        List<QubeEntry> qubes = new ArrayList<>();
        table(toml, "qube").ifPresent(all -> {
            for (String name : all.keySet()) {
                table(all, name).flatMap(one -> qube(at(all, name), name, one)).ifPresent(qubes::add);
            }
        });
        return new QubesFile(
                table(toml, "labels").map(this::values).orElseGet(TreeMap::new),
                table(toml, "host").map(this::values),
                qubes,
                List.of());
    }

    private Optional<QubeEntry> qube(TomlPosition at, String name, TomlTable table) {
        SortedMap<String, Value> properties = new TreeMap<>();
        SortedMap<String, Value> tags = new TreeMap<>();
        SortedMap<String, Value> features = new TreeMap<>();
        for (String key : table.keySet()) {
            switch (key) {
                case "class", "uuid" -> {
                    // read below
                }
                case "tags" -> tags.putAll(tags(table));
                case "features" -> table(table, key).ifPresent(all -> features.putAll(values(all)));
                case "name" -> fault(at(table, key), "a qube's name is that of its table, [qube.NAME]");
                default -> value(table, key).ifPresent(value -> properties.put(key, value));
            }
        }
        Optional<QubeName> parsed = name(at, name);
        Optional<QubeType> klass = parsed.filter(QubeName.DOM0::equals)
                .map(dom0 -> QubeType.AdminVM)
                .or(() -> klass(at, table));
        Optional<UUID> uuid = parsed.filter(QubeName.DOM0::equals)
                .map(dom0 -> QubeRecord.ADMIN_VM_UUID)
                .or(() -> uuid(table));
        return parsed.flatMap(
                known -> klass.map(type -> new QubeEntry(known, type, uuid, place(at), properties, tags, features)));
    }

    private Optional<QubeName> name(TomlPosition at, String name) {
        try {
            return Optional.of(new QubeName(name));
        } catch (InvalidNameException invalid) {
            fault(at, String.valueOf(invalid.getMessage()));
            return Optional.empty();
        }
    }

    private Optional<QubeType> klass(TomlPosition at, TomlTable table) {
        Optional<Value> given = table.contains(List.of("class")) ? value(table, "class") : Optional.empty();
        if (given.isEmpty()) {
            fault(at, "`class` is missing: AppVM, StandaloneVM, TemplateVM, DispVM or RemoteVM");
            return Optional.empty();
        }
        Optional<QubeType> klass = Stream.of(QubeType.values())
                .filter(type -> type.name().equals(given.get().text()))
                .findFirst();
        if (klass.isEmpty()) {
            faults.add("%s: `%s` is no class: there are AppVM, StandaloneVM, TemplateVM, DispVM and RemoteVM"
                    .formatted(given.get().place(), Printable.of(given.get().text())));
        }
        return klass;
    }

    private Optional<UUID> uuid(TomlTable table) {
        if (!table.contains(List.of("uuid"))) {
            return Optional.empty();
        }
        Optional<Value> given = value(table, "uuid");
        Optional<UUID> uuid = given.flatMap(value -> QubesFile.uuid(value.text()));
        if (given.isPresent() && uuid.isEmpty()) {
            faults.add("%s: `%s` is no uuid"
                    .formatted(given.get().place(), Printable.of(given.get().text())));
        }
        return uuid;
    }

    private SortedMap<String, Value> tags(TomlTable table) {
        SortedMap<String, Value> tags = new TreeMap<>();
        if (!(table.get(List.of("tags")) instanceof TomlArray array)) {
            fault(at(table, "tags"), "`tags` is to be an array of strings");
            return tags;
        }
        for (int i = 0; i < array.size(); i++) {
            TomlPosition at = orBeginning(array.inputPositionOf(i));
            if (array.get(i) instanceof String tag) {
                tags.put(tag, new Value("", place(at)));
            } else {
                fault(at, "a tag is to be a string");
            }
        }
        return tags;
    }

    private Optional<TomlTable> table(TomlTable parent, String key) {
        Object found = parent.get(List.of(key));
        if (found instanceof TomlTable table) {
            return Optional.of(table);
        }
        if (found != null) {
            fault(at(parent, key), "`%s` is to be a table".formatted(Printable.of(key)));
        }
        return Optional.empty();
    }

    private SortedMap<String, Value> values(TomlTable table) {
        SortedMap<String, Value> values = new TreeMap<>();
        for (String key : table.keySet()) {
            value(table, key).ifPresent(value -> values.put(key, value));
        }
        return values;
    }

    private Optional<Value> value(TomlTable table, String key) {
        String place = place(at(table, key));
        return switch (table.get(List.of(key))) {
            case String text -> Optional.of(new Value(text, place));
            case Boolean flag -> Optional.of(new Value(flag ? "True" : "False", place));
            case Long number -> Optional.of(new Value(number.toString(), place));
            case null, default -> {
                faults.add("%s: `%s` is to be a string, true, false or a whole number"
                        .formatted(place, Printable.of(key)));
                yield Optional.empty();
            }
        };
    }

    private static TomlPosition at(TomlTable table, String key) {
        return orBeginning(table.inputPositionOf(List.of(key)));
    }

    private static TomlPosition orBeginning(@Nullable TomlPosition position) {
        return position == null ? TomlPosition.positionAt(1, 1) : position;
    }

    private String place(TomlPosition position) {
        return file + ":" + position.line();
    }

    private void fault(TomlPosition position, String message) {
        faults.add(place(position) + ": " + message);
    }
}
