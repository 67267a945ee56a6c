package org.qair.host.audit;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A place in the audit's chain: how many entries there are, and a hash that depends on all of them. Written {@code NUMBER:HASH}, it is
 * what to keep elsewhere, so that an audit that was cut off or made anew is noticed.
 *
 * @param number of the last entry, 0 before the first
 * @param hash SHA-256 of the hash before it, the entry's kind, NUL, and the entry's body; 64 hexadecimal digits
 */
public record ChainLink(long number, String hash) {
    static final ChainLink START = new ChainLink(0, "0".repeat(64));
    private static final String FORM = "([0-9]{1,18}):([0-9a-f]{64})";

    /** Reads {@code NUMBER:HASH}; throws {@link IllegalArgumentException} when it is none. */
    public static ChainLink parse(String text) {
        if (!text.matches(FORM)) {
            throw new IllegalArgumentException("`%s` is no place in an audit: NUMBER:HASH".formatted(text));
        }
        int colon = text.indexOf(':');
        return new ChainLink(Long.parseLong(text.substring(0, colon)), text.substring(colon + 1));
    }

    ChainLink next(String kind, String body) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(bytes());
            digest.update(kind.getBytes(StandardCharsets.US_ASCII));
            digest.update((byte) 0);
            digest.update(body.getBytes(StandardCharsets.UTF_8));
            return new ChainLink(number + 1, HexFormat.of().formatHex(digest.digest()));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    byte[] bytes() {
        return HexFormat.of().parseHex(hash);
    }

    @Override
    public String toString() {
        return number + ":" + hash;
    }
}
