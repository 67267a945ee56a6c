package org.qair.cli.field;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/** The call sequences of the {@code qvm-*} tools, and what they print. */
final class FieldTools {
    private static final List<String> GLOBAL = List.of(
            "default_dispvm",
            "default_netvm",
            "default_guivm",
            "default_audiovm",
            "default_template",
            "clockvm",
            "updatevm",
            "management_dispvm");
    private static final List<String> REFERRING =
            List.of("template", "netvm", "guivm", "audiovm", "default_dispvm", "management_dispvm");

    private final FieldClient client;

    FieldTools(FieldClient client) {
        this.client = client;
    }

    /** {@code qvm-ls --raw-data -O COLUMNS}: a row a qube. */
    List<String> ls(String... columns) throws IOException, FieldException {
        List<String> rows = new ArrayList<>();
        Map<String, Map<String, String>> domains = client.domains();
        for (String qube : new TreeSet<>(domains.keySet())) {
            Map<String, FieldClient.Property> properties = client.properties(qube);
            List<String> cells = new ArrayList<>();
            for (String column : columns) {
                cells.add(
                        switch (column) {
                            case "STATE" -> client.powerState(qube);
                            case "CLASS" -> domains.getOrDefault(qube, Map.of()).getOrDefault("class", "-");
                            case "DISK" ->
                                Integer.toString(client.lines(client.call(qube, "admin.vm.volume.List"))
                                        .size());
                            case "TAGS" -> String.join(",", client.lines(client.call(qube, "admin.vm.tag.List")));
                            default -> cell(properties, column);
                        });
            }
            rows.add(String.join("|", cells));
        }
        return rows;
    }

    private static String cell(Map<String, FieldClient.Property> properties, String column) {
        String name = column.toLowerCase(java.util.Locale.ROOT).replace('-', '_');
        return Optional.ofNullable(properties.get(name))
                .flatMap(FieldClient.Property::value)
                .filter(value -> !value.isEmpty())
                .orElse("-");
    }

    /** {@code qvm-create --class CLASS --label LABEL NAME --prop …}. */
    void create(String klass, String name, String label, Map<String, String> properties)
            throws IOException, FieldException {
        if (!client.lines(client.call("dom0", "admin.label.List")).contains(label)) {
            throw new FieldException("usage", "no such label: " + label);
        }
        client.call("dom0", "admin.vm.Create." + klass, null, "name=%s label=%s".formatted(name, label));
        if (!client.domains().containsKey(name)) {
            throw new AssertionError(name + " is not in the list");
        }
        for (Map.Entry<String, String> property : properties.entrySet()) {
            set(name, property.getKey(), property.getValue());
        }
    }

    /** {@code qvm-prefs NAME}: each property with {@code D}, {@code -} or {@code U}. */
    List<String> prefs(String name) throws IOException, FieldException {
        List<String> rows = new ArrayList<>();
        Map<String, FieldClient.Property> all = client.properties(name);
        if (!List.copyOf(all.keySet()).equals(client.lines(client.call(name, "admin.vm.property.List")))) {
            throw new AssertionError("List and GetAll differ");
        }
        for (String property : new TreeSet<>(all.keySet())) {
            FieldClient.Property value = Optional.ofNullable(all.get(property)).orElseThrow();
            boolean absent = value.value().isEmpty()
                    && (value.type().equals("bool") || value.type().equals("int"));
            rows.add("%s %s %s"
                    .formatted(
                            property,
                            absent ? "U" : value.isDefault() ? "D" : "-",
                            value.value().orElse("None"))
                    .strip());
        }
        return rows;
    }

    String get(String name, String property) throws IOException, FieldException {
        return client.property("admin.vm.property.", name, property).value().orElse("None");
    }

    void set(String name, String property, String value) throws IOException, FieldException {
        client.call(name, "admin.vm.property.Set", property, value);
    }

    void reset(String name, String property) throws IOException, FieldException {
        client.call(name, "admin.vm.property.Reset", property, null);
    }

    /** {@code qvm-prefs --help-properties}: the properties that have a help. */
    List<String> help(String name) throws IOException, FieldException {
        List<String> helped = new ArrayList<>();
        for (String property : client.lines(client.call(name, "admin.vm.property.List"))) {
            String text = client.call(name, "admin.vm.property.Help", property, null);
            if (!text.isBlank() && text.chars().allMatch(c -> c < 0x80)) {
                helped.add(property);
            }
        }
        return helped;
    }

    /** {@code qvm-remove --force NAME}: removed, or the places that it is in use as, with the last word of the host's message. */
    List<String> remove(String name) throws IOException, FieldException {
        try {
            client.call(name, "admin.vm.Remove");
            return List.of();
        } catch (FieldException refused) {
            if (!refused.type().equals("QubesVMInUseError")) {
                throw refused;
            }
            List<String> uses = new ArrayList<>(referrers(name));
            uses.add(String.valueOf(refused.getMessage()));
            return uses;
        }
    }

    private List<String> referrers(String name) throws IOException, FieldException {
        List<String> uses = new ArrayList<>();
        for (String property : GLOBAL) {
            if (ifThere("admin.property.", "dom0", property)
                    .flatMap(FieldClient.Property::value)
                    .equals(Optional.of(name))) {
                uses.add("global property " + property);
            }
        }
        for (String qube : client.domains().keySet()) {
            for (String property : REFERRING) {
                Optional<FieldClient.Property> value =
                        qube.equals(name) ? Optional.empty() : ifThere("admin.vm.property.", qube, property);
                if (value.filter(known -> !known.isDefault())
                        .flatMap(FieldClient.Property::value)
                        .equals(Optional.of(name))) {
                    uses.add(property + " for " + qube);
                }
            }
        }
        return uses;
    }

    /** What {@code getattr} gives; nothing where the exception is one that counts as an {@code AttributeError}. */
    private Optional<FieldClient.Property> ifThere(String prefix, String destination, String property)
            throws IOException, FieldException {
        try {
            return Optional.of(client.property(prefix, destination, property));
        } catch (FieldException refused) {
            if (refused.type().equals("QubesNoSuchPropertyError")
                    || refused.type().equals(FieldException.NO_ANSWER)) {
                return Optional.empty();
            }
            throw refused;
        }
    }

    /** What {@code qvm-run} asks before it calls {@code qubes.VMShell}; whether it goes on. */
    boolean mayRun(String name) throws IOException, FieldException {
        client.powerState(name);
        for (String feature : List.of("gui", "os", "vmexec")) {
            feature(name, feature);
        }
        try {
            client.call(name, "admin.vm.Start");
            return true;
        } catch (FieldException refused) {
            return refused.type().equals("QubesVMNotHaltedError");
        }
    }

    /** {@code qvm-check --networked}. */
    boolean networked(String name) throws IOException, FieldException {
        return get(name, "provides_network").equals("True")
                || !get(name, "netvm").equals("None");
    }

    /** A feature, from the template when the qube has it not. */
    Optional<String> feature(String name, String feature) throws IOException, FieldException {
        try {
            return Optional.of(client.call(name, "admin.vm.feature.CheckWithTemplate", feature, null));
        } catch (FieldException refused) {
            if (refused.type().equals("QubesFeatureNotFoundError")) {
                return Optional.empty();
            }
            throw refused;
        }
    }
}
