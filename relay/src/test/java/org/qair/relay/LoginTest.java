package org.qair.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
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

/** Logging in at a stock {@code sshd} with files, a real {@code ssh-agent}, and certificates. */
class LoginTest {
    @TempDir
    Path directory;

    private SshdFixture far;
    private AgentFixture agent;

    @BeforeEach
    void open() throws Exception {
        far = new SshdFixture(
                Files.createDirectory(directory.resolve("sshd")),
                "exit 0",
                "TrustedUserCAKeys " + directory.resolve("ca.pub"));
        agent = new AgentFixture(directory);
    }

    @AfterEach
    void close() {
        agent.close();
        far.close();
    }

    private int call(Login login) throws CallException, InterruptedException {
        HostTrust trust;
        try {
            trust = HostTrust.pinned("127.0.0.1", List.of(far.hostKey("ed25519")));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        Hop hop = new Hop("127.0.0.1", far.port, far.user, trust, login);
        Peer peer = new Peer("far", new Destination.Hops(List.of(hop)), PeerLimits.DEFAULT);
        try (TransportFixture near = new TransportFixture(peer)) {
            return near.call("svc", Caller.silent());
        }
    }

    private void refused(Login login, String... reasons) {
        var failure = assertThatThrownBy(() -> call(login)).isInstanceOf(CallException.Failed.class);
        for (String reason : reasons) {
            failure.hasMessageContaining(reason);
        }
    }

    /** A key that ssh-keygen made, whose public line the server accepts. */
    private Path accepted(String type, String passphrase) throws Exception {
        Path key = directory.resolve("id_" + type);
        Tools.run("ssh-keygen", "-q", "-t", type, "-N", passphrase, "-f", key.toString());
        Files.copy(Path.of(key + ".pub"), far.authorizedKeys(), StandardCopyOption.REPLACE_EXISTING);
        return key;
    }

    private void removed(Path key) throws IOException {
        Files.delete(key);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ed25519", "ecdsa", "rsa"})
    void trap8AKeyInAnAgentWillDoWithoutANativeLibrary(String type) throws Exception {
        Path key = accepted(type, "");
        agent.add(key);
        removed(key);
        assertThat(call(Login.withAgent(agent.socket, List.of()))).isZero();
        assertThat(call(Login.withAgent(agent.socket, List.of(key))))
                .as("named by its public file")
                .isZero();
    }

    @Test
    void ofManyKeysInAnAgentTheNamedOneIsShown() throws Exception {
        Path key = accepted("ed25519", "");
        for (int i = 0; i < 8; i++) {
            Path other = directory.resolve("other" + i);
            SshKeys.create(other, "");
            agent.add(other);
        }
        agent.add(key);
        removed(key);
        assertThat(call(Login.withAgent(agent.socket, List.of(key)))).isZero();
        refused(Login.withAgent(agent.socket, List.of()), "peer `far`"); // too many tries for the server
    }

    @Test
    void aPassphraseNeedsAnAgent() throws Exception {
        Path key = accepted("ed25519", "secret");
        refused(Login.with(key), "no key to log in with", key.toString(), "passphrase", "agent");
    }

    @Test
    void anAgentThatIsNotThereIsNamed() throws Exception {
        Path nowhere = directory.resolve("nowhere.sock");
        refused(Login.withAgent(nowhere, List.of()), "no key to log in with", nowhere.toString());
        Path key = accepted("ed25519", "");
        assertThat(call(Login.withAgent(nowhere, List.of(key))))
                .as("the file alone will do")
                .isZero();
    }

    @Test
    void anAgentThatDoesNotAnswerIsGivenUp() throws Exception {
        Path mute = directory.resolve("mute.sock");
        try (ServerSocketChannel listening = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            listening.bind(UnixDomainSocketAddress.of(mute));
            refused(new Login(List.of(), List.of(), Optional.of(mute), false, Duration.ofMillis(100)), "no answer");
        }
    }

    @Test
    void aKeyThatIsNotThereIsNamed() {
        Path missing = directory.resolve("missing");
        refused(Login.with(missing), "no key to log in with", "`" + missing + "`: no such file");
    }

    @Test
    void aWeakKeyIsNotUsed() throws Exception {
        Path key = directory.resolve("weak");
        Tools.run("ssh-keygen", "-q", "-t", "rsa", "-b", "2048", "-N", "", "-f", key.toString());
        refused(Login.with(key), "RSA key of fewer than 3072 bits");
        agent.add(key);
        refused(Login.withAgent(agent.socket, List.of()), "no key to log in with");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ed25519", "ecdsa", "rsa"})
    void aCertificateBesideTheKeyIsShownFirst(String type) throws Exception {
        Path key = directory.resolve("id_" + type);
        Tools.run("ssh-keygen", "-q", "-t", type, "-N", "", "-f", key.toString());
        SshKeys.create(directory.resolve("ca"), "ca");
        Tools.run(
                "ssh-keygen", "-q", "-s", directory.resolve("ca").toString(), "-I", "me", "-n", far.user, key + ".pub");
        assertThat(call(Login.with(key))).isZero();
        agent.add(key);
        removed(key);
        assertThat(call(Login.withAgent(agent.socket, List.of(key)))).isZero();
    }

    @Test
    void aRevokedUserKeyIsRefused() throws Exception {
        Path key = accepted("ed25519", "");
        assertThat(call(Login.with(key))).isZero();
        Files.writeString(far.authorizedKeys(), "");
        refused(Login.with(key), "peer `far`", "authentication");
    }
}
