package org.qair.host.settings;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Reads one {@code [[peer]]}, from {@code qair.toml} or from a file of its own. */
final class PeerReader {
    private static final int SSH_PORT = 22;

    private PeerReader() {}

    /** @param fileName what the table's file is called, when it has one of its own */
    static Optional<PeerTable> read(SettingsTable table, Optional<String> fileName) {
        table.allow("name", "address", "user", "host-key", "key");
        Optional<String> name = table.name(fileName);
        Optional<SettingsTable.Address> address =
                table.required("address").flatMap(text -> table.address("address", text, SSH_PORT));
        List<String> hostKeys = table.strings("host-key");
        if (hostKeys.isEmpty()) {
            table.fault(
                    "host-key",
                    "a peer needs the `host-key` that it is known by: run `qair key show --endpoint` on it");
        }
        return name.flatMap(text -> address.map(far -> new PeerTable(
                text,
                far.host(),
                far.port(),
                table.string("user").orElse("qair"),
                hostKeys,
                table.string("key").map(Path::of),
                table.place("name"))));
    }
}
