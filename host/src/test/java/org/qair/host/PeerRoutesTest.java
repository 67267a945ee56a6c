package org.qair.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.qair.call.CallException;
import org.qair.host.settings.EndpointTable.RelayTable;
import org.qair.host.settings.LiveTables;
import org.qair.host.settings.PeerTable;
import org.qair.policy.QubeName;
import org.qair.policy.QubeType;
import org.qair.registry.Registry;
import org.qair.relay.keys.SshKeys;
import org.qair.relay.peer.Peer;
import org.qair.relay.peer.PeerLimits;
import org.qair.relay.peer.RemoteRoute;
import org.qair.relay.reverse.CallsBack;

/** Which way a RemoteVM is reached, and who may call back. */
class PeerRoutesTest {
    private static final QubeName RELAY = new QubeName("relay");
    private static final QubeName OTHER = new QubeName("other");
    private static final QubeName REMOTE = new QubeName("remote");
    private static final QubeName SECOND = new QubeName("second");

    @TempDir
    Path directory;

    private Registry registry;
    private PeerRoutes routes;

    @BeforeEach
    void open() throws Exception {
        HostLayout layout = new HostLayout(directory);
        Files.createDirectories(layout.state());
        registry = Registry.open(layout.registry());
        registry.change(draft -> {
            draft.create(QubeType.AppVM, RELAY, "red");
            draft.create(QubeType.AppVM, OTHER, "red");
            for (QubeName remote : List.of(REMOTE, SECOND)) {
                draft.create(QubeType.RemoteVM, remote, "gray");
                draft.setProperty(remote, "peer", "far");
            }
            draft.setProperty(REMOTE, "relayvm", "relay");
            draft.setProperty(SECOND, "relayvm", "other");
        });
        routes = new PeerRoutes(registry::snapshot, new HostKeys(layout), layout.settings());
    }

    @AfterEach
    void close() {
        registry.close();
    }

    private static PeerTable peer(boolean reverse, Optional<Path> key) {
        String hostKey = SshKeys.publicLine(SshKeys.generate().getPublic(), "");
        PeerTable.Server usual = PeerTable.Server.of("192.0.2.1", 22, "qair", List.of(hostKey));
        PeerTable.Server server = new PeerTable.Server(
                usual.host(),
                usual.port(),
                usual.user(),
                usual.hostKeys(),
                usual.authorities(),
                usual.revoked(),
                usual.alias(),
                key,
                usual.agent(),
                usual.jump());
        return new PeerTable("far", server, reverse, reverse, "there", PeerLimits.DEFAULT, "qair.toml:1");
    }

    private static RelayTable relay(boolean reverse) {
        return new RelayTable(
                RELAY, List.of("ssh-ed25519 AAAA"), reverse, org.qair.host.settings.RelayUse.USUAL, "qair.toml:9");
    }

    private void follow(List<PeerTable> peers, List<RelayTable> relays) {
        List<String> faults = new ArrayList<>();
        routes.follow(new LiveTables(Optional.empty(), peers, relays, List.of()), faults);
        assertThat(faults).isEmpty();
    }

    @Test
    void aPeerGoesBeforeTheConnectionThatTheRelayHolds() throws Exception {
        follow(List.of(peer(false, Optional.empty())), List.of(relay(true)));
        assertThat(routes.find(RELAY, REMOTE)).isInstanceOf(RemoteRoute.ToPeer.class);
        follow(List.of(), List.of(relay(true)));
        assertThat(routes.find(RELAY, REMOTE)).isEqualTo(new RemoteRoute.ThroughHeld("remote", RELAY));
    }

    @Test
    void withNeitherTheErrorNamesBoth() {
        follow(List.of(), List.of(relay(false)));
        assertThatThrownBy(() -> routes.find(RELAY, REMOTE))
                .isInstanceOf(CallException.Failed.class)
                .hasMessageContaining("add a [[peer]] of that name")
                .hasMessageContaining("`reverse = true` to the [[endpoint.relay]] `relay`");
    }

    @Test
    void eachRelayIsCalledBackThroughItsOwnConnection() {
        follow(List.of(peer(true, Optional.empty())), List.of());
        assertThat(routes.reverse().values())
                .containsExactlyInAnyOrder(new CallsBack(RELAY, "there"), new CallsBack(OTHER, "there"));
        assertThat(routes.eager()).isEqualTo(routes.reverse().keySet());
    }

    @Test
    void whoIsAtAPeerIsKnownFromTheRegistryAsItIs() throws Exception {
        follow(List.of(peer(true, Optional.empty())), List.of());
        Peer ofRelay = ((RemoteRoute.ToPeer) routes.find(RELAY, REMOTE)).peer();
        assertThat(routes.at(RELAY, ofRelay)).containsExactly(REMOTE);
        assertThat(routes.at(OTHER, ofRelay)).as("the way of another relay").isEmpty();
        registry.change(draft -> {
            draft.setProperty(SECOND, "relayvm", "relay");
            draft.setProperty(REMOTE, "peer", "elsewhere");
        });
        assertThat(routes.at(RELAY, ofRelay)).containsExactly(SECOND);
    }

    @Test
    void aPeerThatDoesNotAskForItIsNotListened() {
        follow(List.of(peer(false, Optional.empty())), List.of());
        assertThat(routes.reverse()).isEmpty();
        assertThat(routes.eager()).isEmpty();
    }

    @Test
    void oneConnectionOfTwoRelaysIsNobodys() throws Exception {
        follow(List.of(peer(true, Optional.of(Path.of("key")))), List.of());
        assertThat(routes.reverse()).isEmpty();
        registry.change(draft -> draft.setProperty(SECOND, "relayvm", "relay"));
        assertThat(routes.reverse().values()).containsExactly(new CallsBack(RELAY, "there"));
        Peer only = routes.reverse().keySet().iterator().next();
        assertThat(only.name()).isEqualTo("far");
    }
}
