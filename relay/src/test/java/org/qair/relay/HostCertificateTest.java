package org.qair.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PublicKey;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.qair.call.CallException;
import org.qair.relay.TransportFixture.Caller;
import org.qair.relay.keys.HostTrust;
import org.qair.relay.keys.Login;
import org.qair.relay.keys.SshKeys;
import org.qair.relay.peer.Destination;
import org.qair.relay.peer.Hop;
import org.qair.relay.peer.Peer;
import org.qair.relay.peer.PeerLimits;

/** A stock {@code sshd} with a host certificate that {@code ssh-keygen} made. */
class HostCertificateTest {
    @TempDir
    Path directory;

    private PublicKey authority;

    @BeforeEach
    void makeAuthority() throws Exception {
        Path key = directory.resolve("ca");
        SshKeys.create(key, "ca");
        authority = SshKeys.parsePublicLine(Files.readString(directory.resolve("ca.pub")));
    }

    private SshdFixture sshd(String type, String... options) throws Exception {
        Path own = Files.createDirectory(directory.resolve("sshd"));
        SshdFixture far =
                new SshdFixture(own, "exit 0", "HostCertificate " + own.resolve("host_" + type + "-cert.pub"));
        far.kill();
        sign(own.resolve("host_" + type + ".pub"), options);
        far.restart();
        return far;
    }

    private void sign(Path key, String... options) throws Exception {
        String[] command = {"ssh-keygen", "-q", "-s", directory.resolve("ca").toString(), "-I", "far", "-h"};
        Tools.run(Tools.concat(Tools.concat(command, options), new String[] {key.toString()}));
    }

    private static TransportFixture near(SshdFixture far, HostTrust trust) {
        Hop hop = new Hop("127.0.0.1", far.port, far.user, trust, Login.with(far.identity));
        return new TransportFixture(new Peer("far", new Destination.Hops(List.of(hop)), PeerLimits.DEFAULT));
    }

    private HostTrust authority(String name) {
        return new HostTrust(name, List.of(), List.of(authority), List.of());
    }

    private static void refuses(SshdFixture far, HostTrust trust, String reason) {
        try (TransportFixture near = near(far, trust)) {
            assertThatThrownBy(() -> near.call("svc", Caller.silent()))
                    .isInstanceOf(CallException.Failed.class)
                    .hasMessageContaining("peer `far`")
                    .hasMessageContaining(reason);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"ed25519", "ecdsa", "rsa"})
    void aKnownAuthorityVouchesForTheHost(String type) throws Exception {
        try (SshdFixture far = sshd(type, "-n", "far.example");
                TransportFixture near = near(far, authority("Far.Example"))) {
            assertThat(near.call("svc", Caller.silent())).isZero();
        }
    }

    @Test
    void aCertificateOfAnotherHostIsRefused() throws Exception {
        try (SshdFixture far = sshd("ed25519", "-n", "other.example")) {
            refuses(far, authority("far.example"), "far.example");
        }
    }

    @Test
    void aCertificateForNobodyIsRefused() throws Exception {
        try (SshdFixture far = sshd("ed25519")) {
            refuses(far, authority("far.example"), "no principals");
        }
    }

    @Test
    void anExpiredCertificateIsRefused() throws Exception {
        try (SshdFixture far = sshd("ed25519", "-n", "far.example", "-V", "20200101:20200201")) {
            refuses(far, authority("far.example"), "expired");
        }
    }

    @Test
    void anUnknownAuthorityIsRefusedByName() throws Exception {
        try (SshdFixture far = sshd("ed25519", "-n", "far.example")) {
            PublicKey other = SshKeys.generate().getPublic();
            HostTrust trust = new HostTrust("far.example", List.of(), List.of(other), List.of());
            refuses(far, trust, "signed by " + SshKeys.fingerprint(authority));
        }
    }

    @Test
    void aRevokedKeyIsRefusedThoughItsCertificateIsGood() throws Exception {
        try (SshdFixture far = sshd("ed25519", "-n", "far.example")) {
            List<PublicKey> revoked = List.of(far.hostKey("ed25519"));
            refuses(far, new HostTrust("far.example", List.of(), List.of(authority), revoked), "is revoked");
        }
    }

    @Test
    void aRevokedAuthorityIsRefused() throws Exception {
        try (SshdFixture far = sshd("ed25519", "-n", "far.example")) {
            List<PublicKey> ca = List.of(authority);
            refuses(far, new HostTrust("far.example", List.of(), ca, ca), "is revoked");
        }
    }

    @Test
    void aRevokedPlainKeyIsRefusedThoughItIsPinned() throws Exception {
        Path own = Files.createDirectory(directory.resolve("sshd"));
        try (SshdFixture far = new SshdFixture(own, "exit 0")) {
            List<PublicKey> key = List.of(far.hostKey("ed25519"));
            refuses(far, new HostTrust("far", key, List.of(), key), "is revoked");
        }
    }

    @Test
    void aServerWithoutACertificateIsKnownByItsPinnedKey() throws Exception {
        Path own = Files.createDirectory(directory.resolve("sshd"));
        try (SshdFixture far = new SshdFixture(own, "exit 0")) {
            HostTrust both = new HostTrust("far", List.of(far.hostKey("ecdsa")), List.of(authority), List.of());
            try (TransportFixture near = near(far, both)) {
                assertThat(near.call("svc", Caller.silent())).isZero();
            }
        }
    }

    @Test
    void aWeakKeyIsRefusedThoughItsCertificateIsGood() throws Exception {
        Path own = Files.createDirectory(directory.resolve("sshd"));
        Path key = own.resolve("host_rsa");
        try (SshdFixture far = new SshdFixture(own, "exit 0", "HostCertificate " + key + "-cert.pub")) {
            far.kill();
            Files.delete(key);
            Files.delete(Path.of(key + ".pub"));
            Tools.run("ssh-keygen", "-q", "-t", "rsa", "-b", "2048", "-N", "", "-f", key.toString());
            sign(Path.of(key + ".pub"), "-n", "far.example");
            far.restart();
            refuses(far, authority("far.example"), "RSA key of too few bits");
        }
    }

    @Test
    void nothingKnownIsNoTrust() throws IOException {
        assertThatThrownBy(() -> new HostTrust("far", List.of(), List.of(), List.of()))
                .hasMessageContaining("no host key");
    }
}
