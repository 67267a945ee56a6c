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
import org.qair.host.settings.PeerTable.Server;
import org.qair.relay.Destination;
import org.qair.relay.Hop;
import org.qair.relay.HostTrust;
import org.qair.relay.Login;
import org.qair.relay.Peer;
import org.qair.relay.SshKeys;

/** The peers of the settings as they are now, each with what it is trusted by. Immutable. */
final class KnownPeers {
    static final KnownPeers NONE = new KnownPeers(Map.of(), Path.of(""));

    private final Map<String, Known> peers;
    private final Path settings;

    /** A peer, what it is trusted by, and the peers on the way to it. */
    private record Known(PeerTable table, HostTrust trust, List<String> way) {}

    private KnownPeers(Map<String, Known> peers, Path settings) {
        this.peers = Map.copyOf(peers);
        this.settings = settings;
    }

    /** One with a malformed key, or that is reached through one that is none, is none; {@code faults} says why. */
    static KnownPeers of(List<PeerTable> tables, Path settings, List<String> faults) {
        Map<String, PeerTable> byName = new HashMap<>();
        tables.forEach(table -> byName.put(table.name(), table));
        Map<String, Known> known = new HashMap<>();
        for (PeerTable table : tables) {
            try {
                Set<String> way = new LinkedHashSet<>();
                follow(table, byName, way, new LinkedHashSet<>());
                known.put(table.name(), new Known(table, trust(table.server()), List.copyOf(way)));
            } catch (IllegalArgumentException wrong) {
                faults.add("%s: peer `%s`: %s".formatted(table.place(), table.name(), wrong.getMessage()));
            }
        }
        Set<String> usable = Set.copyOf(known.keySet());
        known.values().removeIf(peer -> isCutOff(peer, usable, faults));
        return new KnownPeers(known, settings);
    }

    private static boolean isCutOff(Known peer, Set<String> usable, List<String> faults) {
        Optional<String> missing =
                peer.way().stream().filter(on -> !usable.contains(on)).findFirst();
        missing.ifPresent(name -> faults.add("%s: peer `%s`: `jump` names `%s`, which cannot be used"
                .formatted(peer.table().place(), peer.table().name(), name)));
        return missing.isPresent();
    }

    /** Adds those on the way to a peer before it, as OpenSSH does: what the first jump is reached through comes before it. */
    private static void follow(PeerTable peer, Map<String, PeerTable> all, Set<String> way, Set<String> open) {
        if (!open.add(peer.name())) {
            throw new IllegalArgumentException("`jump` goes round in a circle: " + String.join(", ", open));
        }
        for (String name : peer.server().jump()) {
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

    Set<String> names() {
        return peers.keySet();
    }

    boolean isEager(String name) {
        Known known = peers.get(name);
        return known != null && known.table().eager();
    }

    /** Whether it may call back. */
    boolean isReverse(String name) {
        Known known = peers.get(name);
        return known != null && known.table().reverse();
    }

    /** Whether the key of the relay that reaches it is wanted, because a table on the way names none. */
    boolean needsRelayKey(String name) {
        Known known = peers.get(name);
        return known != null
                && known.way().stream()
                        .map(peers::get)
                        .anyMatch(hop -> hop != null && isKeyless(hop.table().server()));
    }

    private static boolean isKeyless(Server server) {
        return server.key().isEmpty() && server.agent().isEmpty();
    }

    /** @param relayKey what is logged in with where no table says something else; absent when {@link #needsRelayKey} says so */
    Optional<Peer> peer(String name, Optional<Path> relayKey) {
        Known known = peers.get(name);
        if (known == null) {
            return Optional.empty();
        }
        List<Hop> hops = new ArrayList<>();
        for (String on : known.way()) {
            Known hop = peers.get(on);
            if (hop != null) {
                hops.add(hop(hop, relayKey));
            }
        }
        return Optional.of(
                new Peer(name, new Destination.Hops(hops), known.table().limits()));
    }

    private Hop hop(Known known, Optional<Path> relayKey) {
        Server server = known.table().server();
        Optional<Path> key = server.key().map(settings::resolveSibling);
        Login login = server.agent()
                .map(agent -> Login.withAgent(
                        settings.resolveSibling(agent), key.stream().toList()))
                .orElseGet(() -> Login.with(key.or(() -> relayKey).orElseThrow()));
        return new Hop(server.host(), server.port(), server.user(), known.trust(), login);
    }
}
