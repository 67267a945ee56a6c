package org.qair.registry.exchange;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.qair.policy.QubeName;
import org.qair.registry.Label;
import org.qair.registry.PropertyHolder;
import org.qair.registry.PropertyType;
import org.qair.registry.QubeRecord;
import org.qair.registry.RegistryException;
import org.qair.registry.RegistrySnapshot;

/**
 * A registry as text that can be read, compared line by line, and imported: TOML, a fact a line, in an order that depends on
 * nothing but the names. What has its default is not there, nor what the registry makes itself: numbers, tags {@code relayvm-…}.
 */
public final class QubesExport {
    private static final String RELAY_TAG = "relayvm-";

    private final RegistrySnapshot registry;

    private QubesExport(RegistrySnapshot registry) {
        this.registry = registry;
    }

    /** All qubes, the labels that are not in every registry, and the host's own properties. */
    public static String ofAll(RegistrySnapshot registry) {
        QubesExport export = new QubesExport(registry);
        StringBuilder text = new StringBuilder("# The qubes of a host, for `qair qube import`.\n");
        append(text, "labels", export.labels(registry.labels()));
        text.append("\n[host]\n");
        export.host().forEach(line -> text.append(line).append('\n'));
        registry.qubes().forEach(qube -> export.append(text, qube));
        return text.toString();
    }

    /**
     * Some qubes, with the labels that they need.
     *
     * @throws RegistryException {@code QubesVMNotFoundError}
     */
    public static String of(RegistrySnapshot registry, Collection<QubeName> names) throws RegistryException {
        QubesExport export = new QubesExport(registry);
        List<QubeRecord> qubes = new ArrayList<>();
        for (QubeName name : names) {
            qubes.add(registry.get(name));
        }
        Set<String> carried = qubes.stream().map(QubeRecord::label).collect(Collectors.toSet());
        StringBuilder text = new StringBuilder("# Some qubes of a host, for `qair qube import`.\n");
        append(
                text,
                "labels",
                export.labels(registry.labels().stream()
                        .filter(label -> carried.contains(label.name()))
                        .toList()));
        qubes.stream().distinct().forEach(qube -> export.append(text, qube));
        return text.toString();
    }

    /** Every fact by the section and key that it stands under, which is how two registries are compared. */
    static SortedMap<String, String> facts(RegistrySnapshot registry) {
        QubesExport export = new QubesExport(registry);
        SortedMap<String, String> facts = new TreeMap<>();
        put(facts, "labels", export.labels(registry.labels()));
        put(facts, "host", export.host());
        for (QubeRecord qube : registry.qubes()) {
            String section = section(qube);
            put(facts, section, export.properties(qube));
            tags(qube).forEach(tag -> facts.put("[" + section + "] tag " + quoted(tag), ""));
            put(facts, section + ".features", export.features(qube));
        }
        return facts;
    }

    private static void put(SortedMap<String, String> facts, String section, List<String> lines) {
        for (String line : lines) {
            int equals = line.indexOf(" = ");
            facts.put("[" + section + "] " + line.substring(0, equals), line.substring(equals));
        }
    }

    private List<String> labels(Collection<Label> labels) {
        return labels.stream()
                .filter(label -> !Label.builtIn().contains(label))
                .map(label -> key(label.name()) + " = " + quoted(label.color()))
                .toList();
    }

    private List<String> host() {
        return lines(registry.hostProperties());
    }

    private void append(StringBuilder text, QubeRecord qube) {
        List<String> lines = new ArrayList<>(properties(qube));
        List<String> tags = tags(qube);
        if (!tags.isEmpty()) {
            lines.add("tags = [" + tags.stream().map(QubesExport::quoted).collect(Collectors.joining(", ")) + "]");
        }
        List<String> features = features(qube);
        append(text, section(qube), lines);
        append(text, section(qube) + ".features", features);
    }

    private static void append(StringBuilder text, String section, List<String> lines) {
        if (!lines.isEmpty()) {
            text.append("\n[").append(section).append("]\n");
            lines.forEach(line -> text.append(line).append('\n'));
        }
    }

    private List<String> properties(QubeRecord qube) {
        List<String> lines = new ArrayList<>();
        if (!qube.isAdminVm()) {
            lines.add("class = " + quoted(qube.klass().name()));
            lines.add("uuid = " + quoted(qube.uuid().toString()));
        }
        try {
            lines.addAll(lines(registry.properties(qube.name())));
        } catch (RegistryException itIsThere) {
            throw new IllegalStateException(itIsThere);
        }
        return lines;
    }

    /** What was set, in the order of listings. */
    private static List<String> lines(PropertyHolder holder) {
        List<String> lines = new ArrayList<>();
        holder.own().forEach((name, value) -> {
            String shown = value.type() == PropertyType.BOOL
                    ? Boolean.toString(value.value().equals("True"))
                    : quoted(value.value());
            lines.add(key(name) + " = " + shown);
        });
        return lines;
    }

    private static List<String> tags(QubeRecord qube) {
        return qube.tags().stream().filter(tag -> !tag.startsWith(RELAY_TAG)).toList();
    }

    private List<String> features(QubeRecord qube) {
        return qube.features().entrySet().stream()
                .map((Map.Entry<String, String> feature) -> key(feature.getKey()) + " = " + quoted(feature.getValue()))
                .toList();
    }

    private static String section(QubeRecord qube) {
        return "qube." + key(qube.name().value());
    }

    private static String key(String name) {
        return name.matches("[A-Za-z0-9_-]+") ? name : quoted(name);
    }

    /** The registry lets nothing but printable ASCII in. */
    private static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}
