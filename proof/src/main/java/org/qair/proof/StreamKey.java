package org.qair.proof;

import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.util.HexFormat;

/** One side's public half of the keys of a protected stream: 32 bytes of X25519, here in hexadecimal. Used for one call. */
public record StreamKey(String value) {
    static final int SIZE = RawKeys.SIZE;

    static StreamKey of(byte[] raw) {
        return new StreamKey(HexFormat.of().formatHex(raw));
    }

    static StreamKey of(PublicKey key) {
        return of(RawKeys.of(RawKeys.Kind.X25519, key));
    }

    byte[] bytes() {
        return HexFormat.of().parseHex(value);
    }

    PublicKey publicKey() throws MalformedProofException {
        try {
            return RawKeys.decode(RawKeys.Kind.X25519, bytes());
        } catch (GeneralSecurityException malformed) {
            throw new MalformedProofException("a stream key is no X25519 key", malformed);
        }
    }
}
