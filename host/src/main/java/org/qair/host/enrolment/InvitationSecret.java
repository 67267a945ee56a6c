package org.qair.host.enrolment;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.util.Base64;
import javax.crypto.KDF;
import javax.crypto.spec.HKDFParameterSpec;
import org.qair.relay.keys.SshKeys;

/**
 * The secret of an invitation, 16 random bytes. It is never sent: an Ed25519 key is derived from it, the inviting host keeps the public
 * half, and who joins proves to have the other by logging in with it.
 */
public final class InvitationSecret {
    private static final int BYTES = 16;
    private static final int SEED_BYTES = 32;
    private static final byte[] PURPOSE = "qair invitation 1".getBytes(StandardCharsets.US_ASCII);

    private final byte[] value;

    private InvitationSecret(byte[] value) {
        this.value = value;
    }

    /** A new one. */
    public static InvitationSecret random() {
        byte[] bytes = new byte[BYTES];
        new SecureRandom().nextBytes(bytes);
        return new InvitationSecret(bytes);
    }

    /** @throws IllegalArgumentException when it is none */
    static InvitationSecret parse(String text) {
        byte[] bytes = Base64.getUrlDecoder().decode(text);
        if (bytes.length != BYTES) {
            throw new IllegalArgumentException("a secret has %d bytes".formatted(BYTES));
        }
        return new InvitationSecret(bytes);
    }

    /** As it is written in an invitation. */
    String text() {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(value);
    }

    /** The key to log in with. */
    public KeyPair key() {
        try {
            byte[] seed = KDF.getInstance("HKDF-SHA256")
                    .deriveData(HKDFParameterSpec.ofExtract().addIKM(value).thenExpand(PURPOSE, SEED_BYTES));
            return SshKeys.fromSeed(seed);
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** Says nothing, so that no log does. */
    @Override
    public String toString() {
        return "a secret";
    }
}
