package org.qair.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.security.KeyPair;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.sshd.common.keyprovider.KeyPairProvider;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.common.session.SessionListener;
import org.apache.sshd.server.SshServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.qair.policy.QubeName;
import org.qair.relay.connection.Connector;
import org.qair.relay.keys.JdkSecurity;
import org.qair.relay.keys.SshKeys;
import org.qair.relay.peer.Peer;

@Timeout(60)
class HeldConnectionsTest {
    private static final QubeName RELAY = new QubeName("Relay");

    @TempDir
    Path directory;

    @Test
    void aRelayThatHasOnlyJustLoggedInCannotBeCalledYet() throws Exception {
        JdkSecurity.install();
        KeyPair hostKey = SshKeys.generate();
        Path identity = directory.resolve("identity");
        var ignored = SshKeys.loadOrCreate(identity, "relay");
        HeldConnections held = new HeldConnections();
        CompletableFuture<Integer> atLogin = new CompletableFuture<>();
        try (SshServer server = TrustingServer.with(KeyPairProvider.wrap(hostKey));
                Connector connector = new Connector()) {
            server.addSessionListener(new SessionListener() {
                @Override
                public void sessionEvent(Session session, Event event) {
                    if (event == Event.Authenticated) {
                        held.add(RELAY, session);
                        atLogin.complete(held.count(RELAY));
                    }
                }
            });
            server.start();
            Peer peer = Peer.of("far", "127.0.0.1", server.getPort(), "any", List.of(hostKey.getPublic()), identity);
            assertThat(connector.connect(peer).isOpen()).isTrue();
            assertThat(atLogin.get(Tools.PATIENCE_SECONDS, TimeUnit.SECONDS)).isZero();
            Tools.until(() -> held.count(RELAY) == 1);
        }
    }
}
