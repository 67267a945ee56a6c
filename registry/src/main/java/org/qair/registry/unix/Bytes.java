package org.qair.registry.unix;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;

/** Whole reads and writes on channels, which do parts. */
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

    /** Fills the buffer; false when the stream ends before its first byte, an IOException when it ends within. */
    public static boolean readFully(ReadableByteChannel channel, ByteBuffer buffer) throws IOException {
        while (buffer.hasRemaining()) {
            if (channel.read(buffer) < 0) {
                if (buffer.position() == 0) {
                    return false;
                }
                throw new IOException("the stream ends within a message");
            }
        }
        return true;
    }

    /** Writes all of it. */
    public static void writeFully(WritableByteChannel channel, byte[] bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
    }
}
