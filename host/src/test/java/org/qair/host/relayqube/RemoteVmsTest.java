package org.qair.host.relayqube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.qair.call.CallException;
import org.qair.channel.unix.SocketFile;
import org.qair.host.settings.EndpointTable.RelayTable;
import org.qair.host.settings.LiveTables;
import org.qair.host.settings.PeerTable;
import org.qair.host.settings.RelayUse;
import org.qair.policy.QubeName;
import org.qair.policy.QubeType;
import org.qair.registry.Registry;
import org.qair.registry.qubesdb.QubesDbSocket;
import org.qair.relay.keys.SshKeys;
import org.qair.relay.peer.Peer;
import org.qair.relay.peer.PeerLimits;
import org.qair.relay.peer.RemoteRoute;
import org.qair.relay.reverse.CallsBack;

/** Which way a RemoteVM is reached, by what QubesDB and settings say. */
class RemoteVmsTest {
    private static final QubeName OWN = new QubeName("sys-relay");
    private static final QubeName PI = new QubeName("pi");

    @TempDir
    Path directory;

    private Registry registry;
    private QubesDbSocket database;

    @BeforeEach
    void open() throws Exception {
        registry = Registry.open(directory.resolve("registry.db"));
        registry.change(draft -> {
            draft.create(QubeType.AppVM, OWN, "red");
            draft.create(QubeType.RemoteVM, PI, "gray");
            draft.setProperty(PI, "relayvm", "sys-relay");
            draft.setProperty(PI, "remote_name", "raspberry");
        });
        database = QubesDbSocket.open(
                SocketFile.ownerOnly(directory.resolve("db")),
                registry,
                registry.snapshot().find(OWN).orElseThrow());
    }

    @AfterEach
    void close() throws IOException {
        database.close();
        registry.close();
    }

    private RemoteVms remotes(Optional<String> defaultPeer, List<String> peers, List<String> held) throws IOException {
        Path key = directory.resolve("key");
        if (!Files.exists(key)) {
            var ignored = SshKeys.create(key, "relay");
        }
        RemoteVms remotes = new RemoteVms(
                OWN,
                new QubeDatabase(Optional.of(directory.resolve("db"))),
                key,
                directory.resolve("qair.toml"),
                defaultPeer);
        List<PeerTable> peerTables = peers.stream().map(RemoteVmsTest::peer).toList();
        List<RelayTable> relays = Stream.concat(
                        held.stream().map(name -> relay(name, true)), Stream.of(relay("plain", false)))
                .toList();
        List<String> faults = new ArrayList<>();
        remotes.follow(new LiveTables(Optional.empty(), peerTables, relays, List.of()), faults);
        assertThat(faults).isEmpty();
        return remotes;
    }

    private static PeerTable peer(String name) {
        String hostKey = SshKeys.publicLine(SshKeys.generate().getPublic(), "");
        boolean eager = name.startsWith("eager");
        boolean reverse = name.equals("eager-back");
        return new PeerTable(
                name,
                PeerTable.Server.of(name + ".example", 22, "qair", List.of(hostKey)),
                eager,
                reverse,
                "there",
                PeerLimits.DEFAULT,
                "qair.toml:1");
    }

    private static RelayTable relay(String name, boolean reverse) {
        return new RelayTable(new QubeName(name), List.of("ssh-ed25519 AAAA"), reverse, RelayUse.USUAL, "qair.toml:9");
    }

    private static String peerOf(RemoteRoute route) {
        assertThat(route.remoteName()).isEqualTo("raspberry");
        return ((RemoteRoute.ToPeer) route).peer().name();
    }

    @Test
    void thePeerIsNamedLikeTheRemoteVmElseLikeItsRemoteNameElseTheDefault() throws Exception {
        List<String> all = List.of("pi", "raspberry", "rest");
        assertThat(peerOf(remotes(Optional.of("rest"), all, List.of()).find(OWN, PI)))
                .isEqualTo("pi");
        assertThat(peerOf(remotes(Optional.of("rest"), List.of("raspberry", "rest"), List.of())
                        .find(OWN, PI)))
                .isEqualTo("raspberry");
        assertThat(peerOf(
                        remotes(Optional.of("rest"), List.of("rest"), List.of()).find(OWN, PI)))
                .isEqualTo("rest");
        assertThatThrownBy(() -> remotes(Optional.empty(), List.of("rest"), List.of("plain2"))
                        .find(OWN, PI))
                .isInstanceOf(CallException.Failed.class)
                .hasMessageContaining("[[peer]] named `pi` or `raspberry`");
    }

    @Test
    void aRelayThatHoldsAConnectionIsAWayToo() throws Exception {
        assertThat(remotes(Optional.empty(), List.of(), List.of("raspberry")).find(OWN, PI))
                .isEqualTo(new RemoteRoute.ThroughHeld("raspberry", new QubeName("raspberry")));
        assertThatThrownBy(() ->
                        remotes(Optional.of("plain"), List.of(), List.of()).find(OWN, PI))
                .as("its `reverse` is not set")
                .isInstanceOf(CallException.Failed.class);
    }

    @Test
    void aQubeThatIsNotBehindThisRelayIsRefused() {
        assertThatThrownBy(() ->
                        remotes(Optional.of("rest"), List.of("rest"), List.of()).find(OWN, new QubeName("stranger")))
                .isInstanceOf(CallException.Refused.class)
                .hasMessageContaining("/remote/stranger");
    }

    @Test
    void aNameCountsFromTheNextCallOn() throws Exception {
        RemoteVms remotes = remotes(Optional.of("rest"), List.of("rest"), List.of());
        assertThat(remotes.find(OWN, PI).remoteName()).isEqualTo("raspberry");
        registry.change(draft -> draft.setProperty(PI, "remote_name", "banana"));
        assertThat(remotes.find(OWN, PI).remoteName()).isEqualTo("banana");
        registry.change(draft -> draft.resetProperty(PI, "remote_name"));
        assertThat(remotes.find(OWN, PI).remoteName()).isEqualTo("pi");
    }

    @Test
    void knowsWhomToConnectToAtOnceAndWhoMayCallBack() throws Exception {
        RemoteVms remotes = remotes(Optional.empty(), List.of("pi", "eager", "eager-back"), List.of());
        assertThat(remotes.eager()).extracting(Peer::name).containsExactlyInAnyOrder("eager", "eager-back");
        assertThat(remotes.reverse().keySet()).extracting(Peer::name).containsExactly("eager-back");
        assertThat(remotes.reverse().values()).containsExactly(new CallsBack(OWN, "there"));
        assertThat(remotes.eager()).allMatch(remotes::isCurrent);
    }

    @Test
    void whoIsAtAPeerIsKnownFromQubesDbAsItIs() throws Exception {
        RemoteVms remotes = remotes(Optional.of("rest"), List.of("raspberry", "rest"), List.of());
        Peer raspberry = ((RemoteRoute.ToPeer) remotes.find(OWN, PI)).peer();
        QubeName other = new QubeName("other");
        assertThat(remotes.at(OWN, raspberry)).containsExactly(PI);
        registry.change(draft -> {
            draft.create(QubeType.RemoteVM, other, "gray");
            draft.setProperty(other, "relayvm", "sys-relay");
            draft.setProperty(other, "remote_name", "raspberry");
            draft.setProperty(PI, "remote_name", "banana");
        });
        assertThat(remotes.at(OWN, raspberry)).containsExactly(other);
        Peer rest = ((RemoteRoute.ToPeer) remotes.find(OWN, PI)).peer();
        assertThat(remotes.at(OWN, rest)).containsExactly(PI);
        database.close();
        assertThatThrownBy(() -> remotes.at(OWN, rest)).isInstanceOf(CallException.Failed.class);
    }

    @Test
    void withoutQubesDbNothingIsGuessed() throws Exception {
        RemoteVms remotes = remotes(Optional.of("rest"), List.of("rest"), List.of());
        database.close();
        assertThatThrownBy(() -> remotes.find(OWN, PI)).isInstanceOf(CallException.Failed.class);
    }
}
