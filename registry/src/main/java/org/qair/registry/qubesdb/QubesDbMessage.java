package org.qair.registry.qubesdb;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * One message of QubesDB: a header of 72 bytes (type u8, path 64 bytes with its NUL, 3 of padding, length of the data u32,
 * all in native order) and the data.
 *
 * @param path empty at the end of a listing; bytes that are no ASCII are there as the characters of ISO 8859-1, which no
 *     path has
 * @param data at most 3,071 bytes
 */
@SuppressWarnings("ArrayRecordComponent") // as it came from the wire; nobody changes it
record QubesDbMessage(MessageType type, String path, byte[] data) {
    static final int HEADER = 72;
    static final int MAX_DATA = 3_071;
    private static final int PATH_OFFSET = 1;
    private static final int PATH_SIZE = 64;
    private static final int LENGTH_OFFSET = 68;

    static QubesDbMessage of(MessageType type, String path) {
        return new QubesDbMessage(type, path, new byte[0]);
    }

    static QubesDbMessage of(MessageType type, String path, String data) {
        return new QubesDbMessage(type, path, data.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Reads a header.
     *
     * @return the message without its data, which is the given number of bytes
     * @throws IOException when it is no header; nothing that follows can be understood then
     */
    static Header header(byte[] bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
        MessageType type = MessageType.of(Byte.toUnsignedInt(bytes[0]));
        long length = Integer.toUnsignedLong(buffer.getInt(LENGTH_OFFSET));
        if (length > MAX_DATA) {
            throw new IOException("a message has %d bytes of data, the limit is %d".formatted(length, MAX_DATA));
        }
        int end = PATH_OFFSET;
        while (bytes[end] != 0) {
            end++;
            if (end == PATH_OFFSET + PATH_SIZE) {
                throw new IOException("a path does not end with a NUL");
            }
        }
        String path = new String(bytes, PATH_OFFSET, end - PATH_OFFSET, StandardCharsets.ISO_8859_1);
        return new Header(type, path, (int) length);
    }

    /** A header: what the message is, and how many bytes of data follow. */
    record Header(MessageType type, String path, int length) {}

    /** Header and data in one piece, as the field's client wants them. */
    byte[] encode() {
        ByteBuffer buffer = ByteBuffer.allocate(HEADER + data.length).order(ByteOrder.nativeOrder());
        buffer.put(type.number());
        buffer.put(path.getBytes(StandardCharsets.ISO_8859_1));
        buffer.putInt(LENGTH_OFFSET, data.length);
        buffer.put(HEADER, data);
        return buffer.array();
    }

    String text() {
        return new String(data, StandardCharsets.UTF_8);
    }
}
