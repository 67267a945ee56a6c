package org.qair.proof;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.Signature;

/** What a host signs with: its Ed25519 key pair. Safe for use by many threads. */
public final class HostSigner {
    private final KeyPair pair;
    private final HostKey key;

    /**
     * Signs with a key pair.
     *
     * @throws IllegalArgumentException when it is no Ed25519 key pair
     */
    public HostSigner(KeyPair pair) {
        this.pair = pair;
        this.key = HostKey.of(pair.getPublic());
    }

    /** What others know this host by. */
    public HostKey key() {
        return key;
    }

    byte[] sign(byte[] message) {
        try {
            Signature signature = Signature.getInstance("Ed25519");
            signature.initSign(pair.getPrivate());
            signature.update(message);
            return signature.sign();
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("an Ed25519 key that cannot sign", impossible);
        }
    }
}
