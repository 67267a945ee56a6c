package org.qair.protocol;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.nio.ByteBuffer;

/**
 * The two kinds of text on qrexec's wire. One character is one byte (Latin-1), so a later check can name the byte and nothing
 * is lost on the way.
 */
final class Fields {
    private Fields() {}

    /** Text in a field of fixed size: ended by a NUL, after which all is zero. */
    static String fixed(String what, ByteBuffer from, int size) throws ProtocolException {
        byte[] field = new byte[size];
        from.get(field);
        int end = indexOfNul(field);
        if (end < 0) {
            throw new ProtocolException("the %s field of %d bytes has no NUL".formatted(what, size));
        }
        for (int i = end; i < size; i++) {
            if (field[i] != 0) {
                throw new ProtocolException(
                        "the %s field has byte 0x%02x at %d, after its NUL at %d".formatted(what, field[i], i, end));
            }
        }
        return new String(field, 0, end, ISO_8859_1);
    }

    /** Text that fills the rest of a body: its last byte is the only NUL. */
    static String rest(String what, ByteBuffer from) throws ProtocolException {
        byte[] field = new byte[from.remaining()];
        from.get(field);
        int end = indexOfNul(field);
        if (end < 0) {
            throw new ProtocolException("the %s of %d bytes does not end with a NUL".formatted(what, field.length));
        }
        if (end != field.length - 1) {
            throw new ProtocolException(
                    "the %s of %d bytes has a NUL at %d, before its end".formatted(what, field.length, end));
        }
        return new String(field, 0, end, ISO_8859_1);
    }

    static void putFixed(ByteBuffer to, String text, int size) {
        to.put(text.getBytes(ISO_8859_1)).put(new byte[size - text.length()]);
    }

    static void putRest(ByteBuffer to, String text) {
        to.put(text.getBytes(ISO_8859_1)).put((byte) 0);
    }

    /**
     * Says no to text that a field cannot hold as it is.
     *
     * @throws IllegalArgumentException naming the byte
     */
    static void check(String what, String text, int sizeWithNul) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) == 0 || text.charAt(i) > 0xff) {
                throw new IllegalArgumentException("the %s has U+%04X at %d, which is no byte that it can hold"
                        .formatted(what, (int) text.charAt(i), i));
            }
        }
        if (text.length() >= sizeWithNul) {
            throw new IllegalArgumentException(
                    "the %s has %d bytes, the limit is %d".formatted(what, text.length(), sizeWithNul - 1));
        }
    }

    private static int indexOfNul(byte[] bytes) {
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] == 0) {
                return i;
            }
        }
        return -1;
    }
}
