package org.qair.host;

import java.io.IOException;
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
        return new RemoteRoute.ToPeer(remoteName, peer(table, relay));
    }

    private Peer peer(PeerTable table, QubeName relay) throws CallException {
        return Peer.of(
                table.name(),
                table.host(),
                table.port(),
                table.user(),
                hostKeys.getOrDefault(table.name(), List.of()),
                key(table, relay));
    }

    /** The peer's own when the settings name one, else the relay's: what the far side knows the relay by. */
    private Path key(PeerTable table, QubeName relay) throws CallException {
        if (table.key().isPresent()) {
            return settings.resolveSibling(table.key().get());
        }
        try {
            return keys.relayFile(relay);
        } catch (IOException unwritable) {
            throw new CallException.Failed("the key of relay `%s` cannot be made".formatted(relay), unwritable);
        }
    }
}
