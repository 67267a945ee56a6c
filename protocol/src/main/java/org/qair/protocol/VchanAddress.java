package org.qair.protocol;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Where a data channel is to be: the other side's domain number and the port ({@code exec_params} without a command). Alone,
 * without a header, it is the answer to a trigger. Both are unsigned 32-bit; those above 2^31 are refused, no domain has them.
 */
public record VchanAddress(int domain, int port) {
    /** The answer to a request whose data go on its own connection: no vchan at all, since ports start at 512. */
    public static final VchanAddress IN_BAND = new VchanAddress(0, 0);

    /** Bytes on the wire. */
    public static final int SIZE = 8;

    /** @throws IllegalArgumentException when one is negative */
    public VchanAddress {
        if (domain < 0 || port < 0) {
            throw new IllegalArgumentException("vchan domain %d, port %d".formatted(domain, port));
        }
    }

    /** Whether it is {@link #IN_BAND}. Without a record's {@code equals}, which a program that is started anew makes first: 10 ms. */
    public boolean isInBand() {
        return domain == 0 && port == 0;
    }

    /** The 8 bytes. */
    public byte[] encode() {
        byte[] bytes = new byte[SIZE];
        encode(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN));
        return bytes;
    }

    /** Takes one from 8 bytes. */
    public static VchanAddress decode(byte[] bytes) throws ProtocolException {
        if (bytes.length != SIZE) {
            throw new ProtocolException(
                    "the answer to a trigger has %d bytes, it must be %d".formatted(bytes.length, SIZE));
        }
        return decode(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN));
    }

    void encode(ByteBuffer to) {
        to.putInt(domain).putInt(port);
    }

    static VchanAddress decode(ByteBuffer from) throws ProtocolException {
        int domain = from.getInt();
        int port = from.getInt();
        if (domain < 0 || port < 0) {
            throw new ProtocolException("vchan domain %s, port %s: the limit is %d"
                    .formatted(Integer.toUnsignedString(domain), Integer.toUnsignedString(port), Integer.MAX_VALUE));
        }
        return new VchanAddress(domain, port);
    }
}
