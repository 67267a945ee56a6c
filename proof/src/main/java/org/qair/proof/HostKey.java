package org.qair.proof;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.Signature;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * The public half of the key that a host signs with: 32 bytes of Ed25519. Two are equal when their bytes are. Immutable; safe
 * for use by many threads.
 */
public final class HostKey {
    /** Bytes of a signature. */
    static final int SIGNATURE = 64;

    private final byte[] raw;
    private final PublicKey key;

    private HostKey(byte[] raw, PublicKey key) {
        this.raw = raw;
        this.key = key;
    }

    /**
     * The key in a JDK key.
     *
     * @throws IllegalArgumentException when it is no Ed25519 key
     */
    public static HostKey of(PublicKey key) {
        return decode(RawKeys.of(RawKeys.Kind.ED25519, key));
    }

    /** @throws IllegalArgumentException when the bytes are no Ed25519 key */
    static HostKey decode(byte[] raw) {
        try {
            return new HostKey(raw.clone(), RawKeys.decode(RawKeys.Kind.ED25519, raw));
        } catch (GeneralSecurityException malformed) {
            throw new IllegalArgumentException("the 32 bytes are no Ed25519 key", malformed);
        }
    }

    /** The key as the JDK has it, for whoever writes it in another format. */
    public PublicKey publicKey() {
        return key;
    }

    byte[] raw() {
        return raw.clone();
    }

    boolean verifies(byte[] message, byte[] signature) {
        try {
            Signature check = Signature.getInstance("Ed25519");
            check.initVerify(key);
            check.update(message);
            return check.verify(signature);
        } catch (GeneralSecurityException malformed) {
            return false; // a signature that is none, or a key that no signature fits
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof HostKey that && MessageDigest.isEqual(raw, that.raw);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(raw);
    }

    /** The first 16 hexadecimal digits, to tell keys apart in a log. */
    @Override
    public String toString() {
        return HexFormat.of().formatHex(raw, 0, 8);
    }
}
