package org.qair.proof;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import javax.crypto.KeyAgreement;

/** One side's key pair for one protected stream (X25519). The public half travels, the private half never leaves memory. */
public final class StreamOffer {
    private final KeyPair pair;
    private final StreamKey key;

    private StreamOffer(KeyPair pair) {
        this.pair = pair;
        this.key = StreamKey.of(pair.getPublic());
    }

    /** A new one, for one call. */
    public static StreamOffer create() {
        try {
            return new StreamOffer(KeyPairGenerator.getInstance("X25519").generateKeyPair());
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("no X25519 in this JDK", impossible);
        }
    }

    /** The half that the other side is to have. */
    public StreamKey key() {
        return key;
    }

    /** @throws MalformedProofException when the other's key is none, or one that makes a secret that anybody knows */
    byte[] agree(StreamKey other) throws MalformedProofException {
        try {
            KeyAgreement agreement = KeyAgreement.getInstance("X25519");
            agreement.init(pair.getPrivate());
            agreement.doPhase(other.publicKey(), true);
            return agreement.generateSecret();
        } catch (GeneralSecurityException unusable) {
            throw new MalformedProofException("no secret can be agreed on with the other side's stream key", unusable);
        }
    }
}
