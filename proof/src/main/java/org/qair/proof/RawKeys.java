package org.qair.proof;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.HexFormat;

/** The 32 bytes of Ed25519 and X25519 public keys, which are the end of their X.509 form (RFC 8410). */
final class RawKeys {
    static final int SIZE = 32;

    private RawKeys() {}

    /** What comes before the 32 bytes. */
    enum Kind {
        ED25519("Ed25519", "302a300506032b6570032100"),
        X25519("X25519", "302a300506032b656e032100");

        private final String algorithm;
        private final String prefix;

        Kind(String algorithm, String prefix) {
            this.algorithm = algorithm;
            this.prefix = prefix;
        }

        private byte[] prefix() {
            return HexFormat.of().parseHex(prefix);
        }
    }

    /** @throws IllegalArgumentException when the key is not of that kind */
    static byte[] of(Kind kind, PublicKey key) {
        byte[] encoded = key.getEncoded();
        byte[] prefix = kind.prefix();
        int start = prefix.length;
        boolean fits =
                encoded != null && encoded.length == start + SIZE && Arrays.equals(encoded, 0, start, prefix, 0, start);
        if (!fits) {
            throw new IllegalArgumentException(
                    "a key of %s is no %s key".formatted(key.getAlgorithm(), kind.algorithm));
        }
        return Arrays.copyOfRange(encoded, start, encoded.length);
    }

    /** @throws GeneralSecurityException when the bytes are no such key */
    static PublicKey decode(Kind kind, byte[] raw) throws GeneralSecurityException {
        byte[] prefix = kind.prefix();
        byte[] encoded = Arrays.copyOf(prefix, prefix.length + SIZE);
        System.arraycopy(raw, 0, encoded, prefix.length, SIZE);
        return KeyFactory.getInstance(kind.algorithm).generatePublic(new X509EncodedKeySpec(encoded));
    }
}
