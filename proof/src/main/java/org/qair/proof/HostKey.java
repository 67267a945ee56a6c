package org.qair.proof;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.util.Arrays;
import java.util.HexFormat;
import org.bouncycastle.math.ec.rfc8032.Ed25519;

/**
 * The public half of the key that a host signs with: 32 bytes of Ed25519. Two are equal when their bytes are. Immutable; safe
 * for use by many threads.
 */
public final class HostKey {
    /** Bytes of a signature. */
    static final int SIGNATURE = 64;

    private final byte[] raw;
    private final PublicKey key;
    private final Ed25519.PublicPoint point;

    private HostKey(byte[] raw, PublicKey key, Ed25519.PublicPoint point) {
        this.raw = raw;
        this.key = key;
        this.point = point;
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
        Ed25519.PublicPoint point = Ed25519.validatePublicKeyPartialExport(raw, 0);
        if (point == null) {
            throw new IllegalArgumentException("the 32 bytes are no Ed25519 key");
        }
        try {
            return new HostKey(raw.clone(), RawKeys.decode(RawKeys.Kind.ED25519, raw), point);
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
        return signature.length == SIGNATURE && Ed25519.verify(signature, 0, point, message, 0, message.length);
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
