package org.qair.host.settings;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.qair.host.settings.EndpointTable.RelayTable;

/**
 * The settings that a host follows while it runs: its peers and the relays that may come in, from {@code qair.toml} and from
 * {@code peers.d/NAME.toml} and {@code relays.d/NAME.toml} beside it, where enrolment puts them. A file with a fault counts as one
 * that says nothing, until it is mended: nobody comes in by half of a file.
 *
 * @param main the whole of {@code qair.toml}; absent while it has a fault
 * @param faults everything that is wrong, each with its {@code file:line}
 */
public record LiveTables(
        Optional<HostSettings> main, List<PeerTable> peers, List<RelayTable> relays, List<String> faults) {
    public LiveTables {
        peers = List.copyOf(peers);
        relays = List.copyOf(relays);
        faults = List.copyOf(faults);
    }

    /** Reads them as they are now. */
    public static LiveTables read(Path settings, Path peersDirectory, Path relaysDirectory) {
        List<PeerTable> peers = new ArrayList<>();
        List<RelayTable> relays = new ArrayList<>();
        List<String> faults = new ArrayList<>();
        Optional<HostSettings> main = main(settings, faults);
        main.ifPresent(found -> peers.addAll(found.peers()));
        main.flatMap(HostSettings::endpoint).ifPresent(endpoint -> relays.addAll(endpoint.relays()));
        Set<String> names = new HashSet<>();
        peers.forEach(peer -> names.add(peer.name()));
        for (PeerTable peer : TableDirectory.read(peersDirectory, PeerReader::read, faults)) {
            if (names.add(peer.name())) {
                peers.add(peer);
            } else {
                faults.add("%s: there is another peer `%s`".formatted(peer.place(), peer.name()));
            }
        }
        relays.addAll(TableDirectory.read(relaysDirectory, RelayReader::read, faults));
        RelayUse ofEach =
                main.flatMap(HostSettings::endpoint).map(EndpointTable::ofEach).orElse(RelayUse.USUAL);
        relays.replaceAll(relay -> relay.withDefaults(ofEach));
        return new LiveTables(main, peers, relays, faults);
    }

    private static Optional<HostSettings> main(Path settings, List<String> faults) {
        try {
            return Optional.of(HostSettings.read(settings));
        } catch (SettingsException broken) {
            faults.addAll(broken.faults());
        } catch (IOException unreadable) {
            faults.add("%s: cannot be read: %s".formatted(settings, unreadable.getMessage()));
        }
        return Optional.empty();
    }
}
