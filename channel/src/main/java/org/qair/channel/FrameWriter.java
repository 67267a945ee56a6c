package org.qair.channel;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.concurrent.locks.ReentrantLock;
import org.qair.protocol.Header;
import org.qair.protocol.Limits;
import org.qair.protocol.MessageType;
import org.qair.protocol.ProtocolVersion;

/** Sends frames, each header with its body in one system call. Safe for use by several threads; a frame is never torn. */
final class FrameWriter {
    private final SocketChannel channel;
    private final int maxChunk;
    private final ReentrantLock lock = new ReentrantLock();
    private final ByteBuffer header = ByteBuffer.allocate(Limits.HEADER);

    FrameWriter(SocketChannel channel, int version) {
        this.channel = channel;
        this.maxChunk = ProtocolVersion.maxChunk(version);
    }

    /** Sends the bytes in as few frames as there can be; nothing for no bytes. Blocks while the peer does not read. */
    void write(MessageType type, byte[] bytes, int offset, int length) throws IOException {
        for (int sent = 0; sent < length; ) {
            int chunk = Math.min(maxChunk, length - sent);
            frame(type, ByteBuffer.wrap(bytes, offset + sent, chunk));
            sent += chunk;
        }
    }

    /** Sends the end of a stream. */
    void end(MessageType type) throws IOException {
        frame(type, ByteBuffer.allocate(0));
    }

    /** Sends one frame. */
    void frame(MessageType type, ByteBuffer body) throws IOException {
        lock.lock();
        try {
            new Header(type, body.remaining()).encode(header.clear());
            ByteBuffer[] both = {header.flip(), body};
            while (body.hasRemaining() || header.hasRemaining()) {
                channel.write(both);
            }
        } finally {
            lock.unlock();
        }
    }
}
