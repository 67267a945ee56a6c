package org.qair.relay.connection;

import java.util.Iterator;
import java.util.List;
import org.apache.sshd.client.auth.pubkey.PublicKeyIdentity;
import org.apache.sshd.client.auth.pubkey.UserAuthPublicKey;
import org.apache.sshd.client.auth.pubkey.UserAuthPublicKeyFactory;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.NamedFactory;
import org.apache.sshd.common.signature.Signature;
import org.apache.sshd.common.signature.SignatureFactoriesManager;

/** Logs in with the keys of the session's {@link PeerSession#identities}, in their order, and with nothing else. */
final class KeyLogin extends UserAuthPublicKey {
    private KeyLogin(List<NamedFactory<Signature>> signatures) {
        super(signatures);
    }

    static UserAuthPublicKeyFactory factory() {
        return new UserAuthPublicKeyFactory() {
            @Override
            public UserAuthPublicKey createUserAuth(ClientSession session) {
                PeerSession peer = (PeerSession) session;
                return new KeyLogin(Algorithms.loginSignatures(peer.hop().options()));
            }
        };
    }

    @Override
    protected Iterator<PublicKeyIdentity> createPublicKeyIterator(
            ClientSession session, SignatureFactoriesManager manager) {
        return ((PeerSession) session).identities().iterator();
    }
}
