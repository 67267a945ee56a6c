package org.qair.proof;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.KDF;
import javax.crypto.SecretKey;
import javax.crypto.spec.HKDFParameterSpec;

/**
 * The keys of one protected stream: HKDF-SHA256 of the X25519 secret, salted with SHA-256 of the signed statement and the answer,
 * one key for each direction. They die with the call.
 */
record StreamSecrets(FrameCipher toService, FrameCipher toCaller) {
    private static final int KEY = 32;

    static StreamSecrets derive(byte[] secret, SignedStatement statement, StreamAnswer answer) {
        byte[] salt = StreamAnswer.sha256(statement.bytes(), answer.bytes());
        try {
            return new StreamSecrets(
                    new FrameCipher(expand(secret, salt, "qair stream to service")),
                    new FrameCipher(expand(secret, salt, "qair stream to caller")));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("no HKDF-SHA256 in this JDK", impossible);
        } finally {
            Arrays.fill(secret, (byte) 0);
        }
    }

    private static SecretKey expand(byte[] secret, byte[] salt, String use) throws GeneralSecurityException {
        HKDFParameterSpec parameters = HKDFParameterSpec.ofExtract()
                .addIKM(secret)
                .addSalt(salt)
                .thenExpand(use.getBytes(StandardCharsets.US_ASCII), KEY);
        return KDF.getInstance("HKDF-SHA256").deriveKey("AES", parameters);
    }
}
