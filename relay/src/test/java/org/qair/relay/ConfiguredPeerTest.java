package org.qair.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PublicKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.qair.call.CallException;
import org.qair.relay.TransportFixture.Caller;
import org.qair.relay.connection.Connector;
import org.qair.relay.connection.PeerSession;
import org.qair.relay.keys.SshKeys;
import org.qair.relay.peer.ConfiguredRoute;
import org.qair.relay.peer.Destination;
import org.qair.relay.peer.Hop;
import org.qair.relay.peer.HopOptions;
import org.qair.relay.peer.Peer;
import org.qair.relay.peer.PeerLimits;
import org.qair.relay.peer.Route;

/** Peers that an ssh_config describes; the far ends are stock {@code sshd}. */
class ConfiguredPeerTest {
    @TempDir
    Path directory;

    private SshdFixture far;
    private Path knownHosts;

    @BeforeEach
    void open() throws Exception {
        far = new SshdFixture(Files.createDirectory(directory.resolve("far")), "exit 6");
        knownHosts = directory.resolve("known_hosts");
        know(known(far, "ed25519"));
    }

    @AfterEach
    void close() {
        far.close();
    }

    private static String line(PublicKey key) {
        return SshKeys.publicLine(key, "");
    }

    private void know(String... lines) throws IOException {
        Files.write(knownHosts, List.of(lines));
    }

    private static String known(SshdFixture server, String type) throws IOException {
        return "[127.0.0.1]:" + server.port + " " + line(server.hostKey(type));
    }

    private List<String> host(String name, SshdFixture server, String... more) {
        List<String> lines = new ArrayList<>(List.of(
                "Host " + name,
                "HostName 127.0.0.1",
                "Port " + server.port,
                "User " + server.user,
                "IdentityFile " + server.identity,
                "IdentitiesOnly yes",
                "IdentityAgent none",
                "UserKnownHostsFile " + knownHosts,
                "GlobalKnownHostsFile none"));
        lines.addAll(List.of(more));
        return lines;
    }

    private Destination.Configured far(List<String> config, PublicKey... pinned) throws IOException {
        Path file = Files.write(directory.resolve("config"), config);
        return new Destination.Configured("far", Optional.of(file), List.of(pinned));
    }

    private static int call(Destination destination) throws CallException, InterruptedException {
        try (TransportFixture near = new TransportFixture(new Peer("far", destination, PeerLimits.DEFAULT))) {
            return near.call("svc", Caller.silent());
        }
    }

    private static void refused(Destination destination, String... reasons) {
        var failure = assertThatThrownBy(() -> call(destination))
                .isInstanceOf(CallException.Failed.class)
                .hasMessageContaining("peer `far`");
        for (String reason : reasons) {
            failure.hasMessageContaining(reason);
        }
    }

    @Test
    void callsGoWhereTheConfigurationSays() throws Exception {
        assertThat(call(far(host("far", far)))).isEqualTo(6);
    }

    @Test
    void aChangedHostKeyIsRefusedAndNamed() throws Exception {
        PublicKey other = SshKeys.generate().getPublic();
        know("[127.0.0.1]:" + far.port + " " + line(other));
        refused(
                far(host("far", far)),
                "is not the pinned one",
                SshKeys.fingerprint(far.hostKey("ed25519")),
                SshKeys.fingerprint(other));
    }

    @Test
    void anUnknownHostIsNotTrustedByItself() throws Exception {
        know("elsewhere ssh-ed25519 AAAA");
        refused(
                far(host("far", far)),
                "no host key of `127.0.0.1` port " + far.port,
                knownHosts.toString(),
                "ssh -- far");
    }

    @Test
    void aPinnedHostKeyStandsAboveKnownHosts() throws Exception {
        refused(far(host("far", far), SshKeys.generate().getPublic()), "is not the pinned one");
        know("elsewhere ssh-ed25519 AAAA");
        assertThat(call(far(host("far", far), far.hostKey("ecdsa")))).isEqualTo(6);
    }

    @Test
    void aRevokedHostKeyIsRefused() throws Exception {
        String key = line(far.hostKey("ed25519"));
        know(known(far, "ed25519"), "@revoked * " + key);
        refused(far(host("far", far)), "is revoked");
        know(known(far, "ed25519"));
        Path revoked = Files.writeString(directory.resolve("revoked"), "# gone\n" + key + "\n");
        refused(far(host("far", far, "RevokedHostKeys " + revoked)), "is revoked");
        Files.writeString(revoked, "rubbish\n");
        refused(far(host("far", far, "RevokedHostKeys " + revoked)), "cannot be followed");
    }

    @Test
    void anAliasFindsTheHostKey() throws Exception {
        know("the-alias " + line(far.hostKey("ed25519")));
        assertThat(call(far(host("far", far, "HostKeyAlias the-alias")))).isEqualTo(6);
    }

    @Test
    void anAuthorityInKnownHostsVouches() throws Exception {
        Path ca = directory.resolve("ca");
        SshKeys.create(ca, "ca");
        Path own = Files.createDirectory(directory.resolve("certified"));
        Path certificate = own.resolve("host_ed25519-cert.pub");
        try (SshdFixture certified = new SshdFixture(own, "exit 4", "HostCertificate " + certificate)) {
            certified.kill();
            Path key = own.resolve("host_ed25519.pub");
            Tools.run("ssh-keygen", "-q", "-s", ca.toString(), "-I", "x", "-h", "-n", "127.0.0.1", key.toString());
            certified.restart();
            know("@cert-authority [127.0.0.1]:* "
                    + Files.readString(Path.of(ca + ".pub")).strip());
            assertThat(call(far(host("far", certified)))).isEqualTo(4);
        }
    }

    @Test
    void jumpHostsAreTakenFromTheConfiguration() throws Exception {
        try (SshdFixture one = new SshdFixture(Files.createDirectory(directory.resolve("one")), "exit 1");
                SshdFixture two = new SshdFixture(Files.createDirectory(directory.resolve("two")), "exit 2")) {
            know(known(one, "ed25519"), known(two, "ed25519"), known(far, "ed25519"));
            List<String> config = new ArrayList<>(host("far", far, "ProxyJump two"));
            config.addAll(host("two", two, "ProxyJump %s@one:%d".formatted(one.user, one.port)));
            config.addAll(host("one", one));
            Destination.Configured destination = far(config);
            assertThat(ConfiguredRoute.of(destination, PeerLimits.DEFAULT).hops())
                    .extracting(Hop::port)
                    .containsExactly(one.port, two.port, far.port);
            assertThat(call(destination)).isEqualTo(6);
            List<String> listed = new ArrayList<>(host("far", far, "ProxyJump one,two"));
            listed.addAll(host("two", two, "ProxyJump none"));
            listed.addAll(host("one", one));
            assertThat(call(far(listed))).isEqualTo(6);
        }
    }

    @Test
    void jumpsThatGoRoundAreRefused() throws Exception {
        List<String> config = new ArrayList<>(host("far", far, "ProxyJump other"));
        config.addAll(host("other", far, "ProxyJump far"));
        refused(far(config), "circle");
    }

    @Test
    void anOptionThatIsNotFollowedIsNamed() throws Exception {
        refused(far(host("far", far, "ProxyCommand nc %h %p")), "`ProxyCommand nc %h %p` in the ssh_config for `far`");
        refused(far(host("far", far, "StrictHostKeyChecking no")), "host keys are always checked");
    }

    @Test
    void timesAlgorithmsAndLimitsAreTakenOver() throws Exception {
        Route route = ConfiguredRoute.of(
                far(host(
                        "far",
                        far,
                        "ConnectTimeout 4",
                        "ServerAliveInterval 5",
                        "ServerAliveCountMax 6",
                        "Ciphers aes256-gcm@openssh.com",
                        "MACs hmac-sha2-512-etm@openssh.com",
                        "KexAlgorithms ecdh-sha2-nistp256",
                        "HostKeyAlgorithms ecdsa-sha2-nistp256",
                        "PubkeyAcceptedAlgorithms ssh-ed25519",
                        "RekeyLimit 1M 1h",
                        "AddressFamily inet",
                        "BindAddress 127.0.0.1",
                        "RequiredRSASize 4096")),
                PeerLimits.DEFAULT);
        assertThat(route.limits().connectTimeout()).hasSeconds(4);
        assertThat(route.limits().keepAlive()).hasSeconds(5);
        assertThat(route.limits().keepAliveCount()).isEqualTo(6);
        assertThat(route.hops().getFirst().options())
                .isEqualTo(new HopOptions(
                        List.of("ecdh-sha2-nistp256"),
                        List.of("ecdsa-sha2-nistp256"),
                        List.of("aes256-gcm@openssh.com"),
                        List.of("hmac-sha2-512-etm@openssh.com"),
                        List.of("ssh-ed25519"),
                        HopOptions.Family.INET,
                        Optional.of("127.0.0.1"),
                        1 << 20,
                        Duration.ofHours(1),
                        4096));
    }

    @Test
    void algorithmsThatAreAskedForAreUsed() throws Exception {
        know(known(far, "ecdsa"));
        Destination.Configured destination = far(host(
                "far",
                far,
                "Ciphers aes256-gcm@openssh.com",
                "KexAlgorithms ecdh-sha2-nistp384",
                "HostKeyAlgorithms ecdsa-sha2-nistp256"));
        try (Connector connector = new Connector()) {
            PeerSession session = connector.connect(new Peer("far", destination, PeerLimits.DEFAULT));
            assertThat(session.getKexNegotiationResult().values())
                    .contains("aes256-gcm@openssh.com", "ecdh-sha2-nistp384", "ecdsa-sha2-nistp256");
            session.close(true);
        }
        refused(far(host("far", far, "Ciphers aes128-ctr")), "`Ciphers aes128-ctr`: none of these");
    }

    @Test
    void keysComeFromTheAgentThatIsNamed() throws Exception {
        try (AgentFixture agent = new AgentFixture(directory)) {
            agent.add(far.identity);
            Path moved = directory.resolve("moved");
            Files.move(far.identity, moved);
            List<String> config = host("far", far);
            config.replaceAll(text -> text.startsWith("IdentityAgent") ? "IdentityAgent " + agent.socket : text);
            assertThat(call(far(config))).as("IdentityFile's .pub names it").isEqualTo(6);
            Files.move(moved, far.identity);
        }
    }

    @Test
    void certificatesThatAreNamedAreRead() throws Exception {
        List<String> config = host("far", far, "CertificateFile " + directory.resolve("no-cert.pub"));
        Hop hop = ConfiguredRoute.of(far(config), PeerLimits.DEFAULT).hops().getFirst();
        assertThat(hop.login().certificates()).containsExactly(directory.resolve("no-cert.pub"));
        assertThat(hop.login().onlyThese()).isTrue();
    }
}
