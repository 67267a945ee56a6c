package org.qair.host;

import java.nio.file.Path;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.qair.host.settings.PeerTable;
import org.qair.host.settings.PeerTable.Configured;
import org.qair.host.settings.PeerTable.Server;
import org.qair.policy.QubeName;
import org.qair.relay.keys.HostTrust;
import org.qair.relay.keys.Login;
import org.qair.relay.keys.SshKeys;
import org.qair.relay.peer.Destination;
import org.qair.relay.peer.Hop;
import org.qair.relay.peer.Peer;
import org.qair.relay.reverse.CallsBack;

/** The peers of the settings as they are now, each with what it is trusted by. Immutable. */
public final class KnownPeers {
    /** No peers. */
    public static final KnownPeers NONE = new KnownPeers(Map.of(), Path.of(""));

    private final Map<String, Known> peers;
    private final Path settings;

    /** A peer, and the way to it. */
    private record Known(PeerTable table, Way way) {}

    private sealed interface Way {}

    /** Its own server, what that is trusted by, and the names of the peers through which it is reached, itself the last. */
    private record Described(Server server, HostTrust trust, List<String> through) implements Way {}

    private record ByOpenssh(Destination.Configured destination) implements Way {}

    private KnownPeers(Map<String, Known> peers, Path settings) {
        this.peers = Map.copyOf(peers);
        this.settings = settings;
    }

    /** One with a malformed key, or that is reached through one that is none, is none; {@code faults} says why. */
    public static KnownPeers of(List<PeerTable> tables, Path settings, List<String> faults) {
        Map<String, PeerTable> byName = new HashMap<>();
        tables.forEach(table -> byName.put(table.name(), table));
        Map<String, Known> known = new HashMap<>();
        for (PeerTable table : tables) {
            try {
                known.put(table.name(), new Known(table, way(table, byName, settings)));
            } catch (IllegalArgumentException wrong) {
                faults.add("%s: peer `%s`: %s".formatted(table.place(), table.name(), wrong.getMessage()));
            }
        }
        Set<String> usable = Set.copyOf(known.keySet());
        known.values().removeIf(peer -> isCutOff(peer, usable, faults));
        return new KnownPeers(known, settings);
    }

    private static Way way(PeerTable table, Map<String, PeerTable> all, Path settings) {
        return switch (table.reach()) {
            case Server server -> {
                Set<String> through = new LinkedHashSet<>();
                follow(table, all, through, new LinkedHashSet<>());
                yield new Described(server, trust(server), List.copyOf(through));
            }
            case Configured configured ->
                new ByOpenssh(new Destination.Configured(
                        configured.host(),
                        configured.file().map(settings::resolveSibling),
                        parse("host-key", configured.hostKeys())));
        };
    }

    private static List<String> through(Known peer) {
        return peer.way() instanceof Described described ? described.through() : List.of();
    }

    private static boolean isCutOff(Known peer, Set<String> usable, List<String> faults) {
        Optional<String> missing =
                through(peer).stream().filter(on -> !usable.contains(on)).findFirst();
        missing.ifPresent(name -> faults.add("%s: peer `%s`: `jump` names `%s`, which cannot be used"
                .formatted(peer.table().place(), peer.table().name(), name)));
        return missing.isPresent();
    }

    /** Adds those on the way to a peer before it, as OpenSSH does: what the first jump is reached through comes before it. */
    private static void follow(PeerTable peer, Map<String, PeerTable> all, Set<String> way, Set<String> open) {
        if (!open.add(peer.name())) {
            throw new IllegalArgumentException("`jump` goes round in a circle: " + String.join(", ", open));
        }
        if (!(peer.reach() instanceof Server server)) {
            throw new IllegalArgumentException(
                    "`jump` names `%s`, which has `ssh-config`: use ProxyJump there".formatted(peer.name()));
        }
        for (String name : server.jump()) {
            PeerTable jump = all.get(name);
            if (jump == null) {
                throw new IllegalArgumentException(
                        "`jump` names `%s`, and there is no [[peer]] of that name".formatted(name));
            }
            follow(jump, all, way, open);
        }
        open.remove(peer.name());
        way.add(peer.name());
    }

    private static HostTrust trust(Server server) {
        return new HostTrust(
                server.alias().orElse(server.host()),
                parse("host-key", server.hostKeys()),
                parse("certificate-authority", server.authorities()),
                parse("revoked-host-key", server.revoked()));
    }

    private static List<PublicKey> parse(String key, List<String> lines) {
        List<PublicKey> parsed = new ArrayList<>();
        for (String line : lines) {
            try {
                parsed.add(SshKeys.parsePublicLine(line));
            } catch (IllegalArgumentException malformed) {
                throw new IllegalArgumentException("`%s`: %s".formatted(key, malformed.getMessage()), malformed);
            }
        }
        return parsed;
    }

    /** What they are called. */
    public Set<String> names() {
        return peers.keySet();
    }

    /** Whether it is to be connected to all the time. */
    public boolean isEager(String name) {
        Known known = peers.get(name);
        return known != null && known.table().eager();
    }

    /** Whether it may call back. */
    public boolean isReverse(String name) {
        Known known = peers.get(name);
        return known != null && known.table().reverse();
    }

    /** How it calls back through a relay; empty when it may not. */
    public Optional<CallsBack> callsBack(String name, QubeName relay) {
        return Optional.ofNullable(peers.get(name))
                .filter(known -> known.table().reverse())
                .map(known -> new CallsBack(relay, known.table().reverseSocket()));
    }

    /** Whether the key of the relay that reaches it is wanted, because a table on the way names none. */
    public boolean needsRelayKey(String name) {
        return described(name).stream()
                .map(Described::server)
                .anyMatch(server -> server.key().isEmpty() && server.agent().isEmpty());
    }

    /**
     * A peer as it is connected to; empty when there is none of that name.
     *
     * @param relayKey what is logged in with where no table says something else; absent when {@link #needsRelayKey} says so
     */
    public Optional<Peer> peer(String name, Optional<Path> relayKey) {
        return Optional.ofNullable(peers.get(name)).map(known -> {
            Destination destination = known.way() instanceof ByOpenssh byOpenssh
                    ? byOpenssh.destination()
                    : new Destination.Hops(described(name).stream()
                            .map(hop -> hop(hop, relayKey))
                            .toList());
            return new Peer(name, destination, known.table().limits());
        });
    }

    /** The servers on the way to a peer, itself the last. */
    private List<Described> described(String name) {
        List<Described> found = new ArrayList<>();
        Known known = peers.get(name);
        for (String on : known == null ? List.<String>of() : through(known)) {
            Known hop = peers.get(on);
            if (hop != null && hop.way() instanceof Described described) {
                found.add(described);
            }
        }
        return found;
    }

    private Hop hop(Described described, Optional<Path> relayKey) {
        Server server = described.server();
        Optional<Path> key = server.key().map(settings::resolveSibling);
        Login login = server.agent()
                .map(agent -> Login.withAgent(
                        settings.resolveSibling(agent), key.stream().toList()))
                .orElseGet(() -> Login.with(key.or(() -> relayKey).orElseThrow()));
        return new Hop(server.host(), server.port(), server.user(), described.trust(), login);
    }
}
