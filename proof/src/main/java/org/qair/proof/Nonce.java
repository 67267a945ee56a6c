package org.qair.proof;

import java.security.SecureRandom;
import java.util.HexFormat;

/** The number that makes a statement unlike any other: 16 random bytes, here as 32 hexadecimal digits. */
record Nonce(String value) {
    static final int SIZE = 16;
    private static final SecureRandom RANDOM = new SecureRandom();

    static Nonce random() {
        byte[] bytes = new byte[SIZE];
        RANDOM.nextBytes(bytes);
        return of(bytes);
    }

    static Nonce of(byte[] bytes) {
        return new Nonce(HexFormat.of().formatHex(bytes));
    }

    byte[] bytes() {
        return HexFormat.of().parseHex(value);
    }
}
