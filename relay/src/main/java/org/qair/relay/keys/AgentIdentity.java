package org.qair.relay.keys;

import java.io.IOException;
import java.security.KeyPair;
import java.security.PublicKey;
import java.util.Map;
import org.apache.sshd.client.auth.pubkey.PublicKeyIdentity;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.session.SessionContext;
import org.jspecify.annotations.NullUnmarked;

/**
 * A key whose private part is in an agent.
 *
 * @param shown what the server is shown: the key, or a certificate for it
 * @param held the key, or certificate, that the agent knows it by
 */
record AgentIdentity(AgentClient agent, PublicKey shown, PublicKey held) implements PublicKeyIdentity {
    /** The private part is not here. */
    @Override
    @NullUnmarked
    public KeyPair getKeyIdentity() {
        return new KeyPair(shown, null);
    }

    @Override
    public Map.Entry<String, byte[]> sign(SessionContext session, String algorithm, byte[] data) throws IOException {
        String own = shown.equals(held) ? algorithm : KeyUtils.getSignatureAlgorithm(algorithm, shown);
        return Map.entry(algorithm, agent.sign(session, held, own, data).getValue());
    }
}
