package org.qair.proof;

import java.security.KeyPair;
import java.security.interfaces.EdECPrivateKey;
import org.bouncycastle.math.ec.rfc8032.Ed25519;

/**
 * What a host signs with: its Ed25519 key pair. Signing is Bouncy Castle's, which takes a twentieth of the JDK's time (decision 0115).
 * Safe for use by many threads.
 */
public final class HostSigner {
    private final byte[] seed;
    private final byte[] raw;
    private final HostKey key;

    /**
     * Signs with a key pair.
     *
     * @throws IllegalArgumentException when it is no Ed25519 key pair, or its halves are not of one key
     */
    public HostSigner(KeyPair pair) {
        if (!(pair.getPrivate() instanceof EdECPrivateKey secret)) {
            throw new IllegalArgumentException("the private key is none of Ed25519");
        }
        this.seed =
                secret.getBytes().orElseThrow(() -> new IllegalArgumentException("the private key is not to be had"));
        this.key = HostKey.of(pair.getPublic());
        this.raw = key.raw();
        byte[] own = new byte[RawKeys.SIZE];
        Ed25519.generatePublicKey(seed, 0, own, 0);
        if (!key.equals(HostKey.decode(own))) {
            throw new IllegalArgumentException("the private key and the public key are not of one pair");
        }
    }

    /** What others know this host by. */
    public HostKey key() {
        return key;
    }

    byte[] sign(byte[] message) {
        byte[] signature = new byte[HostKey.SIGNATURE];
        Ed25519.sign(seed, 0, raw, 0, message, 0, message.length, signature, 0);
        return signature;
    }
}
