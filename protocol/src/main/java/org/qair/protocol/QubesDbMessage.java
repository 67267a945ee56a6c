package org.qair.protocol;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * One message of QubesDB's Unix socket: a header of 72 bytes in the machine's byte order, then at most 3,071 bytes of data.
 *
 * @param path at most 63 bytes, one character a byte; which characters it may have is {@link QubesDbPaths}' business
 */
public record QubesDbMessage(Type type, String path, ByteBuffer data) {
    /** Bytes before the data. */
    public static final int HEADER = 72;

    /** The longest value. */
    public static final int MAX_DATA = 3_071;

    private static final int PATH_FIELD = QubesDbPaths.MAX_LENGTH + 1;
    private static final int LENGTH_OFFSET = 68;

    /** What is asked or answered. */
    public enum Type {
        READ(0),
        WRITE(1),
        MULTIREAD(2),
        LIST(3),
        RM(4),
        WATCH(5),
        UNWATCH(6),
        OK(7),
        NOENT(8),
        ERROR(9),
        R_READ(10),
        R_MULTIREAD(11),
        R_LIST(12),
        R_WATCH(13);

        private static final Type[] ALL = values();

        private final int code;

        Type(int code) {
            this.code = code;
        }

        /** The number on the wire. */
        int code() {
            return code;
        }

        /** Whether a client sends it; the others are answers. */
        public boolean isRequest() {
            return code <= UNWATCH.code;
        }

        static Type of(int code) throws ProtocolException {
            for (Type type : ALL) {
                if (type.code == code) {
                    return type;
                }
            }
            throw new ProtocolException("QubesDB message type %d is unknown".formatted(code));
        }
    }

    /** What precedes the data. */
    public record Head(Type type, String path, int length) {}

    /** @throws IllegalArgumentException when the path or the data is too long */
    public QubesDbMessage {
        Fields.check("path", path, PATH_FIELD);
        if (data.remaining() > MAX_DATA) {
            throw new IllegalArgumentException(
                    "%d bytes of data, the limit is %d".formatted(data.remaining(), MAX_DATA));
        }
        data = data.asReadOnlyBuffer();
    }

    /** A message without data. */
    public static QubesDbMessage of(Type type, String path) {
        return new QubesDbMessage(type, path, ByteBuffer.allocate(0));
    }

    /** A message whose data is text in UTF-8. */
    public static QubesDbMessage of(Type type, String path, String text) {
        return new QubesDbMessage(type, path, UTF_8.encode(text));
    }

    /** A copy of the data. */
    public byte[] value() {
        byte[] value = new byte[data.remaining()];
        data.duplicate().get(value);
        return value;
    }

    /** The data as text in UTF-8. */
    public String text() {
        return UTF_8.decode(data.duplicate()).toString();
    }

    /** Header and data in one piece, as the field's client wants them. */
    public byte[] encode() {
        ByteBuffer to = ByteBuffer.allocate(HEADER + data.remaining()).order(ByteOrder.nativeOrder());
        to.put((byte) type.code).put(path.getBytes(ISO_8859_1));
        to.putInt(LENGTH_OFFSET, data.remaining()).position(HEADER).put(data.duplicate());
        return to.array();
    }

    /**
     * Reads the 72 bytes; the length is checked, so the data may be allocated by it. What follows the path's NUL is not
     * defined and not looked at.
     */
    public static Head decodeHead(byte[] header) throws ProtocolException {
        if (header.length != HEADER) {
            throw new ProtocolException("a header of QubesDB has %d bytes, %d came".formatted(HEADER, header.length));
        }
        Type type = Type.of(header[0] & 0xff);
        int length = ByteBuffer.wrap(header).order(ByteOrder.nativeOrder()).getInt(LENGTH_OFFSET);
        if (length < 0 || length > MAX_DATA) {
            throw new ProtocolException(
                    "QubesDB data of %s bytes, the limit is %d".formatted(Integer.toUnsignedString(length), MAX_DATA));
        }
        return new Head(type, path(header), length);
    }

    /** The length that a header claims, whatever it is; 0 to 4,294,967,295. */
    public static long claimedLength(byte[] header) {
        return Integer.toUnsignedLong(
                ByteBuffer.wrap(header).order(ByteOrder.nativeOrder()).getInt(LENGTH_OFFSET));
    }

    /** The path that a header claims, cut at 63 bytes: what an answer to a header that is no request has to name. */
    public static String claimedPath(byte[] header) {
        int end = 1;
        while (end < PATH_FIELD && header[end] != 0) {
            end++;
        }
        return new String(header, 1, end - 1, ISO_8859_1);
    }

    private static String path(byte[] header) throws ProtocolException {
        byte[] field = Arrays.copyOfRange(header, 1, 1 + PATH_FIELD);
        for (int i = 0; i < field.length; i++) {
            if (field[i] == 0) {
                return new String(field, 0, i, ISO_8859_1);
            }
        }
        throw new ProtocolException("the path field of %d bytes has no NUL".formatted(PATH_FIELD));
    }
}
