package org.qair.proof;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;

/**
 * Seals or opens the frames of one direction of a protected stream, in order: AES-256-GCM, the nonce is the frame's number, the
 * frame's length is authenticated with it. A frame that was changed, left out, repeated or moved does not open. For one thread
 * at a time, and for one of the two uses.
 */
final class FrameCipher {
    /** What sealing adds. */
    static final int TAG = 16;

    private static final int NONCE = 12;

    private final SecretKey key;
    private final Cipher cipher;
    private long number;

    FrameCipher(SecretKey key) throws GeneralSecurityException {
        this.key = key;
        this.cipher = Cipher.getInstance("AES/GCM/NoPadding");
    }

    byte[] seal(byte[] header, byte[] plain) {
        try {
            return next(Cipher.ENCRYPT_MODE, header).doFinal(plain);
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("a frame that cannot be sealed", impossible);
        }
    }

    byte[] open(byte[] header, byte[] sealed) throws MalformedProofException {
        try {
            return next(Cipher.DECRYPT_MODE, header).doFinal(sealed);
        } catch (GeneralSecurityException changed) {
            throw new MalformedProofException(
                    "frame %d of a protected stream was changed, or is not the next".formatted(number - 1), changed);
        }
    }

    private Cipher next(int mode, byte[] header) throws GeneralSecurityException {
        byte[] nonce = ByteBuffer.allocate(NONCE).putInt(0).putLong(number++).array();
        cipher.init(mode, key, new GCMParameterSpec(TAG * Byte.SIZE, nonce));
        cipher.updateAAD(header);
        return cipher;
    }
}
