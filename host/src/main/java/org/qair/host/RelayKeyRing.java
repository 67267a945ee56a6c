package org.qair.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.qair.host.settings.EndpointTable.RelayTable;
import org.qair.host.settings.LiveTables;
import org.qair.policy.QubeName;
import org.qair.relay.keys.SshKeys;

/** The public keys of the relays that may come in, for commands. A host that runs has to be told to read them again. */
public final class RelayKeyRing {
    private final HostLayout layout;

    public RelayKeyRing(HostLayout layout) {
        this.layout = layout;
    }

    /**
     * What became of a relay's keys.
     *
     * @param keys those that are revoked now
     * @param places {@code file:line} of each table that still names the relay, to no effect
     */
    public record Revoked(Set<PublicKey> keys, List<String> places) {}

    /**
     * Makes every key of a relay one that never comes in again, and removes the relay's file.
     *
     * @throws IOException when it has no key, or a file cannot be written
     */
    public Revoked revoke(QubeName relay) throws IOException {
        Path own = layout.relays().resolve(relay + ".toml");
        Set<PublicKey> keys = new LinkedHashSet<>();
        List<String> places = new ArrayList<>();
        for (RelayTable table : tables()) {
            if (table.name().equals(relay)) {
                table.keys().forEach(line -> keys.add(SshKeys.parsePublicLine(line)));
                if (!table.place().startsWith(own + ":")) {
                    places.add(table.place());
                }
            }
        }
        if (keys.isEmpty()) {
            throw new IOException("relay `%s` has no key here: `%s` and `%s` name none"
                    .formatted(relay, layout.settings(), layout.relays()));
        }
        new RevokedKeys(layout.revokedKeys()).add(keys, relay.value());
        Files.deleteIfExists(own);
        return new Revoked(Set.copyOf(keys), List.copyOf(places));
    }

    private List<RelayTable> tables() throws IOException {
        LiveTables tables = LiveTables.read(layout.settings(), layout.peers(), layout.relays());
        if (tables.main().isEmpty()) {
            throw new IOException("the settings have to be mended first:\n" + String.join("\n", tables.faults()));
        }
        return tables.relays();
    }
}
