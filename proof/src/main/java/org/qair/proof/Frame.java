package org.qair.proof;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * One frame of a protected stream. On the wire: the length of what follows u32 (little-endian, at most {@value #MAX_SEALED}), then
 * type u8 and data, sealed together.
 */
final class Frame {
    static final int HEADER = 4;
    static final int MAX_DATA = 64 * 1024;
    static final int MAX_SEALED = 1 + MAX_DATA + FrameCipher.TAG;
    private static final int MIN_SEALED = 1 + FrameCipher.TAG;

    private final FrameType type;
    private final byte[] data;

    private Frame(FrameType type, byte[] data) {
        this.type = type;
        this.data = data;
    }

    FrameType type() {
        return type;
    }

    /** Not copied: a frame has one reader. */
    byte[] data() {
        return data;
    }

    static byte[] seal(FrameCipher cipher, FrameType type, byte[] from, int offset, int length) {
        byte[] plain = new byte[1 + length];
        plain[0] = type.code();
        System.arraycopy(from, offset, plain, 1, length);
        byte[] header = header(plain.length + FrameCipher.TAG);
        byte[] sealed = cipher.seal(header, plain);
        byte[] frame = Arrays.copyOf(header, HEADER + sealed.length);
        System.arraycopy(sealed, 0, frame, HEADER, sealed.length);
        return frame;
    }

    static Frame open(FrameCipher cipher, byte[] sealed) throws MalformedProofException {
        byte[] plain = cipher.open(header(sealed.length), sealed);
        return new Frame(FrameType.of(plain[0]), Arrays.copyOfRange(plain, 1, plain.length));
    }

    /** The length that a header announces, checked before anything of that size is made. */
    static int length(byte[] header) throws MalformedProofException {
        int length = ByteBuffer.wrap(header).order(ByteOrder.LITTLE_ENDIAN).getInt();
        if (length < MIN_SEALED || length > MAX_SEALED) {
            throw new MalformedProofException("a frame of %d bytes in a protected stream, it has %d to %d"
                    .formatted(length & 0xffffffffL, MIN_SEALED, MAX_SEALED));
        }
        return length;
    }

    private static byte[] header(int length) {
        return ByteBuffer.allocate(HEADER)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(length)
                .array();
    }
}
