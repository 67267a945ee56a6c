package org.qair.host.relayqube;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.qair.call.CallException;
import org.qair.host.KnownPeers;
import org.qair.host.LiveSettings.PeerFollower;
import org.qair.host.settings.EndpointTable.RelayTable;
import org.qair.host.settings.LiveTables;
import org.qair.policy.QubeName;
import org.qair.relay.peer.Peer;
import org.qair.relay.peer.RemoteRoute;
import org.qair.relay.peer.RemoteRoutes;
import org.qair.relay.reverse.CallsBack;

/**
 * Where the RemoteVMs behind this qube are: their remote names from QubesDB at the time of the call, the way from the settings. It
 * is the peer, or the relay that holds a connection, that is named like the RemoteVM, else like its remote name, else the default.
 */
final class RemoteVms implements RemoteRoutes, PeerFollower {
    private final QubeName own;
    private final QubeDatabase database;
    private final Path key;
    private final Path settings;
    private final Optional<String> defaultPeer;
    private volatile Ways ways = new Ways(Map.of(), Set.of(), Map.of(), Set.of());

    /** What the settings say, as it was read last. */
    private record Ways(Map<String, Peer> peers, Set<Peer> eager, Map<Peer, CallsBack> reverse, Set<String> held) {}

    /** @param key what this relay logs in with where a peer has no key of its own */
    RemoteVms(QubeName own, QubeDatabase database, Path key, Path settings, Optional<String> defaultPeer) {
        this.own = own;
        this.database = database;
        this.key = key;
        this.settings = settings;
        this.defaultPeer = defaultPeer;
    }

    @Override
    public void follow(LiveTables tables, List<String> faults) {
        KnownPeers known = KnownPeers.of(tables.peers(), settings, faults);
        Map<String, Peer> peers = new HashMap<>();
        Set<Peer> eager = new HashSet<>();
        Map<Peer, CallsBack> reverse = new HashMap<>();
        for (String name : known.names()) {
            Peer peer = known.peer(name, Optional.of(key)).orElseThrow();
            peers.put(name, peer);
            if (known.isEager(name)) {
                eager.add(peer);
            }
            known.callsBack(name, own).ifPresent(back -> reverse.put(peer, back));
        }
        Set<String> held = tables.relays().stream()
                .filter(RelayTable::reverse)
                .map(relay -> relay.name().value())
                .collect(Collectors.toSet());
        ways = new Ways(Map.copyOf(peers), Set.copyOf(eager), Map.copyOf(reverse), held);
    }

    boolean isCurrent(Peer peer) {
        return ways.peers().containsValue(peer);
    }

    Set<Peer> eager() {
        return ways.eager();
    }

    /** The peers that may call back, and how. */
    Map<Peer, CallsBack> reverse() {
        return ways.reverse();
    }

    @Override
    public RemoteRoute find(QubeName relay, QubeName remote) throws CallException {
        String remoteName = remoteName(remote);
        return find(remote, remoteName)
                .orElseThrow(() -> new CallException.Failed(
                        "there is no peer for RemoteVM `%s`: add a [[peer]] named `%s` to `%s`, or a `default-peer` to [relay], or see the log for why it is not used"
                                .formatted(
                                        remote,
                                        names(remote, remoteName).collect(Collectors.joining("` or `")),
                                        settings)));
    }

    private Stream<String> names(QubeName remote, String remoteName) {
        return Stream.concat(Stream.of(remote.value(), remoteName), defaultPeer.stream())
                .distinct();
    }

    private Optional<RemoteRoute> find(QubeName remote, String remoteName) {
        Ways now = ways;
        for (String name : names(remote, remoteName).toList()) {
            Peer peer = now.peers().get(name);
            if (peer != null) {
                return Optional.of(new RemoteRoute.ToPeer(remoteName, peer));
            }
            if (now.held().contains(name)) {
                return Optional.of(new RemoteRoute.ThroughHeld(remoteName, new QubeName(name)));
            }
        }
        return Optional.empty();
    }

    @Override
    public Collection<QubeName> at(QubeName relay, Peer peer) throws CallException {
        List<QubeName> found = new ArrayList<>();
        remoteNames().forEach((remote, remoteName) -> {
            if (find(remote, remoteName).equals(Optional.of(new RemoteRoute.ToPeer(remoteName, peer)))) {
                found.add(remote);
            }
        });
        return found;
    }

    private Map<QubeName, String> remoteNames() throws CallException {
        try {
            return database.remoteNames();
        } catch (IOException unknown) {
            throw new CallException.Failed("QubesDB does not say which RemoteVMs there are", unknown);
        }
    }

    private String remoteName(QubeName remote) throws CallException {
        try {
            return database.remoteName(remote)
                    .orElseThrow(() ->
                            new CallException.Refused("this qube is not the relay of `%s`: QubesDB has no `/remote/%s`"
                                    .formatted(remote, remote)));
        } catch (IOException unknown) {
            throw new CallException.Failed("the remote name of `%s` is unknown".formatted(remote), unknown);
        }
    }
}
