package org.qair.relay;

import java.util.List;
import org.apache.sshd.common.keyprovider.KeyPairProvider;
import org.apache.sshd.server.SshServer;
import org.apache.sshd.server.auth.pubkey.UserAuthPublicKeyFactory;
import org.qair.relay.connection.Algorithms;

/** An SSH server on loopback that lets every key in; what it does then is its test's to say. */
public final class TrustingServer {
    private TrustingServer() {}

    /** One that has not started. */
    public static SshServer with(KeyPairProvider hostKey) {
        SshServer server = SshServer.setUpDefaultServer();
        Algorithms.server(server);
        server.setHost("127.0.0.1");
        server.setKeyPairProvider(hostKey);
        server.setUserAuthFactories(List.of(UserAuthPublicKeyFactory.INSTANCE));
        server.setPublickeyAuthenticator((user, key, session) -> true);
        return server;
    }
}
