package org.qair.host;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.qair.call.CallException;
import org.qair.host.settings.EndpointTable.RelayTable;
import org.qair.host.settings.LiveTables;
import org.qair.policy.QubeName;
import org.qair.registry.QubeRecord;
import org.qair.registry.RegistrySnapshot;
import org.qair.registry.RemoteNames;
import org.qair.relay.peer.Peer;
import org.qair.relay.peer.RemoteRoute;
import org.qair.relay.peer.RemoteRoutes;
import org.qair.relay.reverse.CallsBack;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where each RemoteVM is: its remote name from the registry at the time of the call, its peer from the settings. */
final class PeerRoutes implements RemoteRoutes, LiveSettings.PeerFollower {
    private static final Logger LOG = LoggerFactory.getLogger(PeerRoutes.class);

    private final Supplier<RegistrySnapshot> registry;
    private final HostKeys keys;
    private final Path settings;
    private volatile Made made = new Made(KnownPeers.NONE, Set.of(), new ConcurrentHashMap<>());

    /** A peer as a relay sees it. */
    private record Use(String peer, QubeName relay) {}

    /**
     * What the settings say, and what was made of it so far.
     *
     * @param reverse the relays whose machines are called through the connections that they hold
     */
    private record Made(KnownPeers known, Set<QubeName> reverse, Map<Use, Peer> peers) {}

    PeerRoutes(Supplier<RegistrySnapshot> registry, HostKeys keys, Path settings) {
        this.registry = registry;
        this.keys = keys;
        this.settings = settings;
    }

    /** From now on these are the peers and relays; one that cannot be used is none, and {@code faults} says why. */
    @Override
    public void follow(LiveTables tables, List<String> faults) {
        Set<QubeName> reverse = tables.relays().stream()
                .filter(RelayTable::reverse)
                .map(RelayTable::name)
                .collect(Collectors.toSet());
        Made now = new Made(KnownPeers.of(tables.peers(), settings, faults), reverse, new ConcurrentHashMap<>());
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
        Set<Peer> eager = new HashSet<>(reverse().keySet());
        Made now = made;
        uses(now.known()::isEager).forEach(use -> usable(now, use).ifPresent(eager::add));
        return eager;
    }

    /**
     * The peers that may call back, each with the one relay that has RemoteVMs there. A peer that two relays reach with the
     * same key may not: it could not be known which of them such a call comes by.
     */
    Map<Peer, CallsBack> reverse() {
        Map<Peer, CallsBack> relays = new HashMap<>();
        Set<Peer> disputed = new HashSet<>();
        Made now = made;
        for (Use use : uses(now.known()::isReverse)) {
            CallsBack back = now.known().callsBack(use.peer(), use.relay()).orElseThrow();
            usable(now, use).ifPresent(peer -> {
                CallsBack other = relays.put(peer, back);
                if (other != null) {
                    disputed.add(peer);
                    LOG.error(
                            "{} may not call back: relays `{}` and `{}` both reach it, with one key",
                            peer,
                            other.relay(),
                            use.relay());
                }
            });
        }
        relays.keySet().removeAll(disputed);
        return relays;
    }

    @Override
    public Collection<QubeName> at(QubeName relay, Peer peer) {
        Made now = made;
        return registry.get().qubes().stream()
                .filter(qube -> qube.isRemote() && qube.relayvm().equals(Optional.of(relay)))
                .filter(qube -> peer.equals(now.peers().get(new Use(qube.peer(), relay))))
                .map(QubeRecord::name)
                .toList();
    }

    private Set<Use> uses(Predicate<String> wanted) {
        Set<Use> uses = new LinkedHashSet<>();
        for (QubeRecord qube : registry.get().qubes()) {
            Optional<QubeName> relay = qube.isRemote() ? qube.relayvm() : Optional.empty();
            if (relay.isPresent() && wanted.test(qube.peer())) {
                uses.add(new Use(qube.peer(), relay.get()));
            }
        }
        return uses;
    }

    private Optional<Peer> usable(Made from, Use use) {
        try {
            return Optional.of(peer(from, use));
        } catch (CallException unusable) {
            LOG.warn("peer `{}` is not connected to: {}", use.peer(), unusable.getMessage());
            return Optional.empty();
        }
    }

    @Override
    public RemoteRoute find(QubeName relay, QubeName remote) throws CallException {
        RegistrySnapshot qubes = registry.get();
        String remoteName = RemoteNames.find(qubes, relay, remote)
                .orElseThrow(() ->
                        new CallException.Failed("`%s` is no RemoteVM behind relay `%s`".formatted(remote, relay)));
        String name = qubes.find(remote).orElseThrow().peer();
        Made now = made;
        if (now.known().names().contains(name)) {
            return new RemoteRoute.ToPeer(remoteName, peer(now, new Use(name, relay)));
        }
        if (now.reverse().contains(relay)) {
            return new RemoteRoute.ThroughHeld(remoteName, relay);
        }
        throw new CallException.Failed(
                "RemoteVM `%s` is reached through peer `%s`, and there is none: add a [[peer]] of that name to `%s`, or `reverse = true` to the [[endpoint.relay]] `%s` if that connects to us, or see the host's log for why it is not used"
                        .formatted(remote, name, settings, relay));
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
