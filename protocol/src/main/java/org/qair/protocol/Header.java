package org.qair.protocol;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The 8 bytes before a message: its type and the length of its body. One that exists has passed the length check of its
 * type, so a body may be allocated by it; this is the only place where a peer's length is believed.
 */
public record Header(MessageType type, int length) {
    /** @throws IllegalArgumentException when a body of that type cannot have that length */
    public Header {
        if (length < type.shortest() || length > type.longest()) {
            throw new IllegalArgumentException(wrongLength(type, length, type.longest()));
        }
    }

    /**
     * Takes one from the next 8 bytes.
     *
     * @param maxChunk the most data that a frame may hold ({@link ProtocolVersion#maxChunk})
     */
    public static Header decode(ByteBuffer from, int maxChunk) throws ProtocolException {
        if (from.remaining() < Limits.HEADER) {
            throw new ProtocolException(
                    "a header has %d bytes, only %d came".formatted(Limits.HEADER, from.remaining()));
        }
        ByteOrder before = from.order();
        from.order(ByteOrder.LITTLE_ENDIAN);
        int code = from.getInt();
        int length = from.getInt();
        from.order(before);
        return checked(MessageType.of(code), length, maxChunk);
    }

    /** Appends the 8 bytes. */
    public void encode(ByteBuffer to) {
        ByteOrder before = to.order();
        to.order(ByteOrder.LITTLE_ENDIAN).putInt(type.code()).putInt(length).order(before);
    }

    private static Header checked(MessageType type, int length, int maxChunk) throws ProtocolException {
        int longest = type.isStream() ? Math.min(maxChunk, type.longest()) : type.longest();
        if (length < type.shortest() || length > longest) { // a length above 2^31 is negative here
            throw new ProtocolException(wrongLength(type, length, longest));
        }
        return new Header(type, length);
    }

    private static String wrongLength(MessageType type, int length, int longest) {
        String found = Integer.toUnsignedString(length);
        return type.shortest() == longest
                ? "%s has a body of %s bytes, it must be %d".formatted(type, found, longest)
                : "%s has a body of %s bytes, it must be %d to %d".formatted(type, found, type.shortest(), longest);
    }
}
