package org.qair.host;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.qair.call.CallException;
import org.qair.host.settings.PeerTable;
import org.qair.policy.QubeName;
import org.qair.registry.QubeRecord;
import org.qair.registry.RegistrySnapshot;
import org.qair.registry.RemoteNames;
import org.qair.relay.Peer;
import org.qair.relay.RemoteRoute;
import org.qair.relay.RemoteRoutes;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where each RemoteVM is: its remote name from the registry at the time of the call, its peer from the settings. */
final class PeerRoutes implements RemoteRoutes {
    private static final Logger LOG = LoggerFactory.getLogger(PeerRoutes.class);

    private final Supplier<RegistrySnapshot> registry;
    private final HostKeys keys;
    private final Path settings;
    private volatile Made made = new Made(KnownPeers.NONE, new ConcurrentHashMap<>());

    /** A peer as a relay sees it. */
    private record Use(String peer, QubeName relay) {}

    /** The peers of the settings, and what was made of them so far. */
    private record Made(KnownPeers known, Map<Use, Peer> peers) {}

    PeerRoutes(Supplier<RegistrySnapshot> registry, HostKeys keys, Path settings) {
        this.registry = registry;
        this.keys = keys;
        this.settings = settings;
    }

    /** From now on these are the peers; one that cannot be used is none, and {@code faults} says why. */
    void follow(List<PeerTable> tables, List<String> faults) {
        Made now = new Made(KnownPeers.of(tables, settings, faults), new ConcurrentHashMap<>());
        Set<Use> before = made.peers().keySet();
        made = now;
        for (Use use : before) {
            try {
                var ignored = peer(now, use);
            } catch (CallException gone) {
                LOG.debug("{}", gone.getMessage());
            }
        }
    }

    /** Whether a connection to it is one that would be made now. */
    boolean isCurrent(Peer peer) {
        return made.peers().containsValue(peer);
    }

    /** The peers that are to be connected to all the time, for each relay that has a RemoteVM there. */
    Set<Peer> eager() {
        Set<Peer> eager = new HashSet<>();
        Made now = made;
        for (QubeRecord qube : registry.get().qubes()) {
            Optional<QubeName> relay = qube.isRemote() ? qube.relayvm() : Optional.empty();
            if (relay.isPresent() && now.known().isEager(qube.peer())) {
                try {
                    eager.add(peer(now, new Use(qube.peer(), relay.get())));
                } catch (CallException unusable) {
                    LOG.warn("peer `{}` is not connected to: {}", qube.peer(), unusable.getMessage());
                }
            }
        }
        return eager;
    }

    @Override
    public RemoteRoute find(QubeName relay, QubeName remote) throws CallException {
        RegistrySnapshot now = registry.get();
        String remoteName = RemoteNames.find(now, relay, remote)
                .orElseThrow(() ->
                        new CallException.Failed("`%s` is no RemoteVM behind relay `%s`".formatted(remote, relay)));
        String name = now.find(remote).orElseThrow().peer();
        return new RemoteRoute.ToPeer(remoteName, peer(name, relay));
    }

    /**
     * A peer as a relay connects to it.
     *
     * @throws CallException when there is none of that name
     */
    Peer peer(String name, QubeName relay) throws CallException {
        Made peers = made;
        if (!peers.known().names().contains(name)) {
            throw new CallException.Failed(
                    "there is no peer `%s`: add a [[peer]] of that name to `%s`, or see the host's log for why it is not used"
                            .formatted(name, settings));
        }
        return peer(peers, new Use(name, relay));
    }

    private Peer peer(Made from, Use use) throws CallException {
        Peer found = from.peers().get(use);
        if (found == null) {
            found = from.known()
                    .peer(use.peer(), relayKey(from, use))
                    .orElseThrow(() -> new CallException.Failed("there is no peer `%s`".formatted(use.peer())));
            from.peers().put(use, found);
        }
        return found;
    }

    /** What the far side knows the relay by; not made where nobody asks for it. */
    private Optional<Path> relayKey(Made from, Use use) throws CallException {
        if (!from.known().needsRelayKey(use.peer())) {
            return Optional.empty();
        }
        try {
            return Optional.of(keys.relayFile(use.relay()));
        } catch (IOException unwritable) {
            throw new CallException.Failed("the key of relay `%s` cannot be made".formatted(use.relay()), unwritable);
        }
    }
}
