package org.qair.cli.doctor;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.qair.host.AdminAccess;
import org.qair.host.AdminRefusedException;
import org.qair.host.HostKeys;
import org.qair.host.HostLayout;
import org.qair.host.RemotePeers;
import org.qair.host.settings.LiveTables;
import org.qair.host.settings.PeerTable;
import org.qair.relay.DirectConnection;
import org.qair.relay.connection.ConnectFailure;
import org.qair.relay.keys.SshKeys;
import org.qair.relay.peer.Peer;

/** The layers between the hosts: address, TCP, host key, and the relay's own key. */
final class Way {
    private final HostLayout layout;
    private final AdminAccess admin;
    private final Findings findings;
    private final Commands commands;

    Way(HostLayout layout, AdminAccess admin, Findings findings) {
        this.layout = layout;
        this.admin = admin;
        this.findings = findings;
        this.commands = new Commands(layout);
    }

    /** A connection to the far end; nothing where that is the one who connects, and has. */
    Optional<DirectConnection> check(RemoteVm remote) throws BrokenLayerException, IOException {
        LiveTables tables = LiveTables.read(layout.settings(), layout.peers(), layout.relays());
        Optional<PeerTable> table = tables.peers().stream()
                .filter(peer -> peer.name().equals(remote.peer()))
                .findFirst();
        boolean held =
                tables.relays().stream().anyMatch(relay -> relay.name().equals(remote.relay()) && relay.reverse());
        if (table.isEmpty() && held) {
            checkHeld(remote);
            return Optional.empty();
        }
        Peer peer = peer(remote, tables);
        try {
            DirectConnection connection = DirectConnection.open(peer);
            fineBefore(Layer.KEY, peer);
            findings.fine(Layer.KEY, "the far end lets relay `%s` in".formatted(remote.relay()));
            return Optional.of(connection);
        } catch (ConnectFailure failure) {
            throw broken(remote, peer, table.orElseThrow(), failure);
        }
    }

    private void checkHeld(RemoteVm remote) throws BrokenLayerException, IOException {
        findings.fine(
                Layer.ADDRESS, "through the connection that relay `%s` holds to this host".formatted(remote.relay()));
        if (!admin.isLive()) {
            throw findings.broken(Layer.TCP, "this host does not run, so it holds none", commands.qair("host"));
        }
        try {
            var ignored = admin.ping(remote.name());
            findings.fine(Layer.TCP, "it is answered there");
        } catch (AdminRefusedException silent) {
            throw findings.broken(Layer.TCP, String.valueOf(silent.getMessage()), Remedy.there("qair host"));
        }
    }

    private Peer peer(RemoteVm remote, LiveTables tables) throws BrokenLayerException {
        RemotePeers peers = RemotePeers.read(layout);
        try {
            return peers.find(remote.peer(), remote.relay());
        } catch (IOException none) {
            String faults = String.join("; ", peers.faults());
            throw findings.broken(
                    Layer.ADDRESS,
                    faults.isEmpty() ? "there is no peer `%s`".formatted(remote.peer()) : faults,
                    peers.faults().isEmpty()
                            ? newPeer(remote, tables)
                            : new Remedy[] {commands.edit(file(peers.faults().getFirst()))});
        }
    }

    private Remedy[] newPeer(RemoteVm remote, LiveTables tables) {
        if (tables.peers().size() == 1) {
            String other = tables.peers().getFirst().name();
            return new Remedy[] {commands.qair("qube set %s -p peer=%s".formatted(remote.name(), other))};
        }
        String directory = Commands.quoted(layout.peers());
        return new Remedy[] {
            Remedy.there("qair key show --endpoint"),
            commands.shell(
                    "umask 077; mkdir -p %1$s && printf 'address = \"%%s\"\\nhost-key = \"%%s\"\\n' 'HOST:PORT' 'KEY' > %1$s/%2$s.toml"
                            .formatted(directory, remote.peer()))
        };
    }

    /** Of a fault, or of a table: {@code FILE:LINE}, and perhaps more. */
    private static Path file(String place) {
        int colon = place.indexOf(':');
        return Path.of(colon < 0 ? place : place.substring(0, colon));
    }

    private BrokenLayerException broken(RemoteVm remote, Peer peer, PeerTable table, ConnectFailure failure)
            throws IOException {
        String said = String.valueOf(failure.getMessage());
        Remedy edit = commands.edit(file(table.place()));
        return switch (failure.stage()) {
            case ROUTE, ADDRESS -> findings.broken(Layer.ADDRESS, said, edit);
            case IDENTITY ->
                findings.broken(Layer.KEY, said, identity(remote, said).orElse(edit));
            case TCP, SSH -> {
                fineBefore(Layer.TCP, peer);
                yield findings.broken(
                        Layer.TCP, said, Remedy.there(isQair(table) ? "qair host" : "systemctl start ssh"));
            }
            case HOST_KEY -> {
                fineBefore(Layer.HOST_KEY, peer);
                yield findings.broken(
                        Layer.HOST_KEY,
                        said + "; if the far host has a new key, `host-key` is to be what it says there",
                        Remedy.there(
                                isQair(table) ? "qair key show --endpoint" : "cat /etc/ssh/ssh_host_ed25519_key.pub"),
                        edit);
            }
            case KEY -> {
                fineBefore(Layer.KEY, peer);
                yield findings.broken(Layer.KEY, said, letIn(remote, table));
            }
        };
    }

    private void fineBefore(Layer layer, Peer peer) {
        List<Layer> layers = List.of(Layer.ADDRESS, Layer.TCP, Layer.HOST_KEY);
        List<String> said = List.of(peer.toString(), "something answers", "it is the key that is pinned");
        for (int i = 0; i < layers.size() && layers.get(i) != layer; i++) {
            findings.fine(layers.get(i), said.get(i));
        }
    }

    /** Other servers want to know a user. */
    private static boolean isQair(PeerTable table) {
        return table.reach() instanceof PeerTable.Server server && server.user().equals("qair");
    }

    private Optional<Remedy> identity(RemoteVm remote, String said) {
        Path file = layout.relayKey(remote.relay());
        if (!said.contains(file.toString())) {
            return Optional.empty();
        }
        String mend = said.contains("is open to others") ? "chmod 600 -- %1$s" : "mv -- %1$s %1$s.unusable";
        return Optional.of(commands.shell(mend.formatted(Commands.quoted(file))));
    }

    private Remedy[] letIn(RemoteVm remote, PeerTable table) throws IOException {
        Optional<Remedy> show = showKey(table);
        String key = show.isPresent()
                ? "KEY"
                : SshKeys.publicLine(new HostKeys(layout).relay(remote.relay()).getPublic(), "");
        Remedy letIn = Remedy.there(
                isQair(table)
                        ? "umask 077; mkdir -p /etc/qair/relays.d && printf 'key = \"%%s\"\\n' '%s' > /etc/qair/relays.d/RELAY.toml"
                                .formatted(key)
                        : "printf '%s %%s\\n' '%s' >> ~/.ssh/authorized_keys"
                                .formatted(table.reverse() ? "restrict,port-forwarding" : "restrict", key));
        return show.map(first -> new Remedy[] {first, letIn}).orElse(new Remedy[] {letIn});
    }

    /** Prints the keys that are tried where that is not the relay's own. */
    private Optional<Remedy> showKey(PeerTable table) {
        return switch (table.reach()) {
            case PeerTable.Configured configured ->
                Optional.of(commands.shell("ssh -v -- " + configured.host() + " true"));
            case PeerTable.Server server when server.agent().isPresent() -> Optional.of(commands.shell("ssh-add -L"));
            case PeerTable.Server server ->
                server.key()
                        .map(layout.settings()::resolveSibling)
                        .map(key -> commands.shell("ssh-keygen -y -f " + Commands.quoted(key)));
        };
    }
}
