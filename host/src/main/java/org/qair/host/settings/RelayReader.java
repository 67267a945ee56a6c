package org.qair.host.settings;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.qair.host.settings.EndpointTable.RelayTable;
import org.qair.policy.InvalidNameException;
import org.qair.policy.QubeName;

/** Reads one {@code [[endpoint.relay]]}, from {@code qair.toml} or from a file of its own. */
final class RelayReader {
    private RelayReader() {}

    /** @param fileName what the table's file is called, when it has one of its own */
    static Optional<RelayTable> read(SettingsTable table, Optional<String> fileName) {
        List<String> known = new ArrayList<>(List.of("name", "key", "reverse"));
        known.addAll(List.of(RelayUse.KEYS));
        table.allow(known.toArray(String[]::new));
        boolean reverse = table.flag("reverse").orElse(false);
        Optional<QubeName> name = table.name(fileName).flatMap(text -> qubeName(table, text));
        List<String> keys = table.strings("key");
        if (keys.isEmpty()) {
            table.fault("key", "a relay needs the public `key` that it logs in with: run `qair key show RELAY` there");
        }
        return name.map(qube -> new RelayTable(qube, keys, reverse, RelayUse.read(table), table.place("key")));
    }

    private static Optional<QubeName> qubeName(SettingsTable table, String text) {
        try {
            return Optional.of(new QubeName(text));
        } catch (InvalidNameException invalid) {
            table.fault("name", String.valueOf(invalid.getMessage()));
            return Optional.empty();
        }
    }
}
