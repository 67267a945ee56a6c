package org.qair.channel.unix;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;

/** Whole reads and writes on blocking channels, which do parts. */
public final class Bytes {
    private static final int CHUNK = 8_192;

    private Bytes() {}

    /**
     * Reads to the end of the stream.
     *
     * @throws IOException also when there are more than {@code limit} bytes
     */
    public static byte[] readAll(ReadableByteChannel channel, int limit) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        ByteBuffer chunk = ByteBuffer.allocate(CHUNK);
        while (channel.read(chunk) >= 0) {
            if (chunk.position() > limit - all.size()) {
                throw new IOException("more than %d bytes".formatted(limit));
            }
            all.write(chunk.array(), 0, chunk.position());
            chunk.clear();
        }
        return all.toByteArray();
    }

    /**
     * Fills {@code into}.
     *
     * @return false when the stream ends before the first byte
     * @throws EOFException when it ends after it
     */
    public static boolean readFully(ReadableByteChannel channel, ByteBuffer into) throws IOException {
        int before = into.position();
        while (into.hasRemaining()) {
            if (channel.read(into) < 0) {
                if (into.position() == before) {
                    return false;
                }
                throw new EOFException("the peer closed the channel within a message");
            }
        }
        return true;
    }

    /** Writes all of it. */
    public static void writeFully(WritableByteChannel channel, byte[] bytes) throws IOException {
        writeFully(channel, ByteBuffer.wrap(bytes));
    }

    /** Writes all that remains. */
    public static void writeFully(WritableByteChannel channel, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }
}
