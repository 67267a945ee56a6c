package org.qair.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.qair.host.settings.LiveTables;
import org.qair.relay.keys.Login;
import org.qair.relay.keys.SshKeys;
import org.qair.relay.peer.Destination;
import org.qair.relay.peer.Hop;
import org.qair.relay.peer.Peer;

/** What {@code [[peer]]} tables become. */
class KnownPeersTest {
    @TempDir
    Path directory;

    private final PublicKey key = SshKeys.generate().getPublic();
    private final String line = SshKeys.publicLine(key, "");
    private final List<String> faults = new ArrayList<>();

    private KnownPeers read(String... lines) throws Exception {
        Path settings = directory.resolve("qair.toml");
        Files.write(settings, List.of(lines));
        LiveTables tables = LiveTables.read(settings, directory.resolve("peers.d"), directory.resolve("relays.d"));
        faults.addAll(tables.faults());
        return KnownPeers.of(tables.peers(), settings, faults);
    }

    private String[] peer(String name, String... more) {
        List<String> table = new ArrayList<>(List.of(
                "[[peer]]",
                "name = \"" + name + "\"",
                "address = \"" + name + ".example\"",
                "host-key = \"" + line + "\""));
        table.addAll(List.of(more));
        return table.toArray(String[]::new);
    }

    private static String[] join(String[]... tables) {
        return Stream.of(tables).flatMap(Stream::of).toArray(String[]::new);
    }

    private List<Hop> hops(KnownPeers peers, String name) {
        Peer peer = peers.peer(name, Optional.of(Path.of("/relay.key"))).orElseThrow();
        return ((Destination.Hops) peer.destination()).hops();
    }

    @Test
    void aPeerIsKnownByWhatItsTableSays() throws Exception {
        String ca = SshKeys.publicLine(SshKeys.generate().getPublic(), "");
        String bad = SshKeys.publicLine(SshKeys.generate().getPublic(), "");
        KnownPeers peers = read(peer(
                "pi",
                "user = \"me\"",
                "certificate-authority = \"" + ca + "\"",
                "revoked-host-key = [\"" + bad + "\"]",
                "host-key-alias = \"Pi-Alias\"",
                "key = \"keys/pi\""));
        assertThat(faults).isEmpty();
        Hop hop = hops(peers, "pi").getFirst();
        assertThat(hop.user()).isEqualTo("me");
        assertThat(hop.trust().keys()).containsExactly(key);
        assertThat(hop.trust().authorities())
                .extracting(k -> SshKeys.publicLine(k, ""))
                .containsExactly(ca);
        assertThat(hop.trust().revoked())
                .extracting(k -> SshKeys.publicLine(k, ""))
                .containsExactly(bad);
        assertThat(hop.trust().name()).isEqualTo("pi-alias");
        assertThat(hop.login()).isEqualTo(Login.with(directory.resolve("keys/pi")));
        assertThat(peers.needsRelayKey("pi")).isFalse();
    }

    @Test
    void withoutAKeyTheRelaysOwnIsUsed() throws Exception {
        KnownPeers peers = read(peer("pi"));
        assertThat(peers.needsRelayKey("pi")).isTrue();
        assertThat(hops(peers, "pi").getFirst().login()).isEqualTo(Login.with(Path.of("/relay.key")));
    }

    @Test
    void anAgentMayHoldTheKey() throws Exception {
        KnownPeers peers = read(join(
                peer("a", "agent = \"/run/agent.sock\""),
                peer("b", "agent = \"agent.sock\"", "key = \"/keys/b.pub\""),
                peer("c", "agent = false")));
        assertThat(hops(peers, "a").getFirst().login())
                .isEqualTo(Login.withAgent(Path.of("/run/agent.sock"), List.of()));
        assertThat(hops(peers, "b").getFirst().login())
                .isEqualTo(Login.withAgent(directory.resolve("agent.sock"), List.of(Path.of("/keys/b.pub"))));
        assertThat(hops(peers, "c").getFirst().login().agent()).isEmpty();
        assertThat(peers.needsRelayKey("a")).isFalse();
    }

    @Test
    void theAgentOfTheEnvironmentIsUsedOrMissed() throws Exception {
        KnownPeers peers = read(peer("a", "agent = true"));
        Optional<String> usual = Optional.ofNullable(System.getenv("SSH_AUTH_SOCK"));
        if (usual.isPresent()) {
            assertThat(hops(peers, "a").getFirst().login().agent()).hasValue(Path.of(usual.get()));
        } else {
            assertThat(faults).anyMatch(fault -> fault.contains("qair.toml:5: `agent = true` needs SSH_AUTH_SOCK"));
        }
    }

    @Test
    void jumpsAreFollowedInTheirOrder() throws Exception {
        KnownPeers peers = read(join(
                peer("far", "jump = [\"one\", \"two\"]"),
                peer("one", "jump = \"gate\""),
                peer("two"),
                peer("gate", "key = \"/keys/gate\"")));
        assertThat(faults).isEmpty();
        assertThat(hops(peers, "far"))
                .extracting(Hop::host)
                .containsExactly("gate.example", "one.example", "two.example", "far.example");
        assertThat(hops(peers, "gate")).hasSize(1);
    }

    @Test
    void jumpsThatCannotBeFollowedAreFaults() throws Exception {
        KnownPeers peers = read(join(
                peer("a", "jump = \"b\""),
                peer("b", "jump = \"a\""),
                peer("c", "jump = \"nobody\""),
                peer("d", "jump = \"e\""),
                peer("e", "revoked-host-key = \"rubbish\""),
                peer("f")));
        assertThat(faults)
                .anyMatch(fault -> fault.contains("qair.toml:2: peer `a`: `jump` goes round in a circle: a, b"))
                .anyMatch(fault -> fault.contains("peer `b`: `jump` goes round in a circle"))
                .anyMatch(fault -> fault.contains("peer `c`: `jump` names `nobody`, and there is no [[peer]]"))
                .anyMatch(fault -> fault.contains("peer `d`: `jump` names `e`, which cannot be used"))
                .anyMatch(fault -> fault.contains("peer `e`: `revoked-host-key`: "));
        assertThat(peers.names()).containsExactly("f");
    }

    @Test
    void opensshMayBeAskedForTheWay() throws Exception {
        KnownPeers peers = read(
                "[[peer]]",
                "name = \"pi\"",
                "ssh-config = true",
                "[[peer]]",
                "name = \"far\"",
                "address = \"alias\"",
                "ssh-config = \"ssh/config\"",
                "host-key = \"" + line + "\"",
                "[[peer]]",
                "name = \"plain\"",
                "address = \"plain.example\"",
                "host-key = \"" + line + "\"",
                "ssh-config = false");
        assertThat(faults).isEmpty();
        assertThat(peers.peer("pi", Optional.empty()).orElseThrow().destination())
                .isEqualTo(new Destination.Configured("pi", Optional.empty(), List.of()));
        assertThat(peers.peer("far", Optional.empty()).orElseThrow().destination())
                .isEqualTo(new Destination.Configured(
                        "alias", Optional.of(directory.resolve("ssh/config")), List.of(key)));
        assertThat(peers.needsRelayKey("pi")).isFalse();
        assertThat(hops(peers, "plain")).hasSize(1);
    }

    @Test
    void whatOpensshIsAskedForIsNotSaidTwice() throws Exception {
        read(join(
                new String[] {"[[peer]]", "name = \"pi\"", "ssh-config = true", "user = \"me\"", "jump = \"x\""},
                peer("behind", "jump = \"configured\""),
                new String[] {"[[peer]]", "name = \"configured\"", "ssh-config = true"}));
        assertThat(faults)
                .anyMatch(
                        fault -> fault.contains("qair.toml:4: `user` of a peer with `ssh-config` belongs in that file"))
                .anyMatch(fault -> fault.contains("qair.toml:5: `jump` of a peer with `ssh-config`"));
        Files.writeString(directory.resolve("qair.toml"), "");
        faults.clear();
        read(join(
                peer("behind", "jump = \"configured\""),
                new String[] {"[[peer]]", "name = \"configured\"", "ssh-config = true"}));
        assertThat(faults).anyMatch(fault -> fault.contains("which has `ssh-config`: use ProxyJump there"));
    }

    @Test
    void limitsAndEagernessAreTakenOver() throws Exception {
        KnownPeers peers = read(join(
                peer(
                        "pi",
                        "connect = \"eager\"",
                        "connect-timeout-seconds = 1",
                        "connections = 2",
                        "calls-per-connection = 3",
                        "queue-seconds = 4",
                        "keep-alive-seconds = 5",
                        "keep-alive-count = 6"),
                peer("lazy", "connect = \"on-use\"")));
        assertThat(peers.isEager("pi")).isTrue();
        assertThat(peers.isEager("lazy")).isFalse();
        assertThat(peers.peer("pi", Optional.of(Path.of("/k"))).orElseThrow().limits())
                .hasToString("PeerLimits[connectTimeout=PT1S, connections=2, callsPerConnection=3, queueTimeout=PT4S,"
                        + " keepAlive=PT5S, keepAliveCount=6]");
    }

    @Test
    void aWrongValueIsNamedWithItsPlace() throws Exception {
        KnownPeers peers = read(peer("pi", "connections = 0", "connect = \"egaer\"", "jmup = \"a\"", "agent = 3"));
        assertThat(peers.names()).isEmpty();
        assertThat(faults)
                .anyMatch(fault -> fault.contains("qair.toml:5: `connections` is to be from 1 to 256"))
                .anyMatch(fault -> fault.contains("qair.toml:6: `connect` is to be one of `on-use`, `eager`"))
                .anyMatch(fault -> fault.contains("qair.toml:7: unknown key `jmup`: did you mean `jump`?"))
                .anyMatch(fault -> fault.contains("qair.toml:8: `agent` is to be `true`, `false` or a string"));
    }

    @Test
    void anAuthorityAloneIsEnough() throws Exception {
        KnownPeers peers =
                read("[[peer]]", "name = \"pi\"", "address = \"pi\"", "certificate-authority = \"" + line + "\"");
        assertThat(faults).isEmpty();
        assertThat(hops(peers, "pi").getFirst().trust().authorities()).containsExactly(key);
    }
}
