package org.qair.channel;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/** Whole reads and writes on a blocking channel. */
final class Blocking {
    private Blocking() {}

    static void write(SocketChannel channel, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    /**
     * Fills {@code into}.
     *
     * @return false when the peer closed before the first byte
     * @throws EOFException when it closed after it
     */
    static boolean read(SocketChannel channel, ByteBuffer into) throws IOException {
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
}
