package org.qair.call;

import java.security.SecureRandom;
import java.util.HexFormat;

/** What one call is known by in logs and in the audit: 16 random bytes as 32 hexadecimal digits. */
public record CallId(String value) {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int BYTES = 16;

    public CallId {
        if (!isValid(value)) {
            throw new IllegalArgumentException("a call id is 32 hexadecimal digits");
        }
    }

    /** Whether {@code text} can be one. */
    public static boolean isValid(String text) {
        return text.length() == 2 * BYTES
                && text.chars().allMatch(c -> (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'));
    }

    /** A new one, unlike any other. */
    public static CallId random() {
        byte[] bytes = new byte[BYTES];
        RANDOM.nextBytes(bytes);
        return new CallId(HexFormat.of().formatHex(bytes));
    }

    @Override
    public String toString() {
        return value;
    }
}
