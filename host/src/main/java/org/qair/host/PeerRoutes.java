package org.qair.host;

import java.io.IOException;
import java.nio.file.Path;
import java.security.PublicKey;
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
    private volatile Map<String, KnownPeer> peers = Map.of();

    /** A peer of the settings with its pinned keys. */
    private record KnownPeer(PeerTable table, List<PublicKey> hostKeys) {}

    PeerRoutes(Supplier<RegistrySnapshot> registry, HostKeys keys, Path settings) {
        this.registry = registry;
        this.keys = keys;
        this.settings = settings;
    }

    /** From now on these are the peers; one whose keys are malformed is none, and {@code faults} says why. */
    void follow(List<PeerTable> tables, List<String> faults) {
        Map<String, KnownPeer> now = new HashMap<>();
        for (PeerTable table : tables) {
            try {
                List<PublicKey> pinned =
                        table.hostKeys().stream().map(SshKeys::parsePublicLine).toList();
                now.put(table.name(), new KnownPeer(table, pinned));
            } catch (IllegalArgumentException malformed) {
                faults.add("%s: `host-key` of peer `%s`: %s"
                        .formatted(table.place(), table.name(), malformed.getMessage()));
            }
        }
        peers = Map.copyOf(now);
    }

    /** Whether a connection to it is one that would be made now. */
    boolean isCurrent(Peer peer) {
        KnownPeer known = peers.get(peer.name());
        return known != null && peer.equals(peer(known, peer.identity()));
    }

    @Override
    public RemoteRoute find(QubeName relay, QubeName remote) throws CallException {
        RegistrySnapshot now = registry.get();
        String remoteName = RemoteNames.find(now, relay, remote)
                .orElseThrow(() ->
                        new CallException.Failed("`%s` is no RemoteVM behind relay `%s`".formatted(remote, relay)));
        String name = now.find(remote).orElseThrow().peer();
        KnownPeer known = peers.get(name);
        if (known == null) {
            throw new CallException.Failed(
                    "RemoteVM `%s` is reached through peer `%s`, and there is none: add a [[peer]] of that name to `%s`, or see the host's log for why it is not used"
                            .formatted(remote, name, settings));
        }
        return new RemoteRoute(remoteName, peer(known, key(known.table(), relay)));
    }

    private static Peer peer(KnownPeer known, Path identity) {
        PeerTable table = known.table();
        return Peer.of(table.name(), table.host(), table.port(), table.user(), known.hostKeys(), identity);
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
