package org.qair.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.qair.call.CallException;
import org.qair.host.settings.PeerTable;
import org.qair.policy.QubeName;
import org.qair.registry.RegistrySnapshot;
import org.qair.registry.RemoteNames;
import org.qair.relay.Peer;
import org.qair.relay.RemoteRoute;
import org.qair.relay.RemoteRoutes;
import org.qair.relay.SshKeys;

/** Where each RemoteVM is: its remote name from the registry at the time of the call, its peer from the settings. */
final class PeerRoutes implements RemoteRoutes {
    private final Supplier<RegistrySnapshot> registry;
    private final HostKeys keys;
    private final Path settings;
    private final Map<String, PeerTable> peers = new HashMap<>();
    private final Map<String, List<PublicKey>> hostKeys = new HashMap<>();

    PeerRoutes(Supplier<RegistrySnapshot> registry, HostKeys keys, Path settings, List<PeerTable> tables)
            throws HostException {
        this.registry = registry;
        this.keys = keys;
        this.settings = settings;
        for (PeerTable table : tables) {
            peers.put(table.name(), table);
            hostKeys.put(table.name(), parse(table));
        }
    }

    private static List<PublicKey> parse(PeerTable table) throws HostException {
        List<PublicKey> parsed = new ArrayList<>();
        for (String line : table.hostKeys()) {
            try {
                parsed.add(SshKeys.parsePublicLine(line));
            } catch (IllegalArgumentException malformed) {
                throw new HostException(
                        "%s: `host-key` of peer `%s`: %s"
                                .formatted(table.place(), table.name(), malformed.getMessage()),
                        malformed);
            }
        }
        return parsed;
    }

    @Override
    public RemoteRoute find(QubeName relay, QubeName remote) throws CallException {
        RegistrySnapshot now = registry.get();
        String remoteName = RemoteNames.find(now, relay, remote)
                .orElseThrow(() ->
                        new CallException.Failed("`%s` is no RemoteVM behind relay `%s`".formatted(remote, relay)));
        String name = now.find(remote).orElseThrow().peer();
        PeerTable table = peers.get(name);
        if (table == null) {
            throw new CallException.Failed(
                    "RemoteVM `%s` is reached through peer `%s`, and there is none: add a [[peer]] of that name to `%s`"
                            .formatted(remote, name, settings));
        }
        return new RemoteRoute(remoteName, peer(table, relay));
    }

    /** The key is the peer's own, or the relay's: what the far side knows the relay by. */
    private Peer peer(PeerTable table, QubeName relay) throws CallException {
        Path key = table.key().map(path -> settings.resolveSibling(path)).orElseGet(() -> keys.relayFile(relay));
        try {
            if (!Files.exists(key)) {
                var ignored = keys.relay(relay);
            }
        } catch (IOException unwritable) {
            throw new CallException.Failed("the key `%s` cannot be made".formatted(key), unwritable);
        }
        return Peer.of(
                table.name(),
                table.host(),
                table.port(),
                table.user(),
                hostKeys.getOrDefault(table.name(), List.of()),
                key);
    }
}
