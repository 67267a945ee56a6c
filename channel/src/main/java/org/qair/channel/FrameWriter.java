package org.qair.channel;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.qair.channel.unix.Bytes;
import org.qair.protocol.Header;
import org.qair.protocol.Limits;
import org.qair.protocol.MessageType;
import org.qair.protocol.ProtocolVersion;

/** Sends frames, each header with its body in one system call. Safe for use by several threads; a frame is never torn. */
final class FrameWriter {
    private static final int AT_ONCE = 8;

    private final SocketChannel channel;
    private final int maxChunk;
    private final ReentrantLock lock = new ReentrantLock();
    private final ByteBuffer header = ByteBuffer.allocate(Limits.HEADER);

    FrameWriter(SocketChannel channel, int version) {
        this.channel = channel;
        this.maxChunk = ProtocolVersion.maxChunk(version);
    }

    /** Sends the bytes in as few frames as there can be; nothing for no bytes. Blocks while the peer does not read. */
    void write(MessageType type, ByteBuffer bytes) throws IOException {
        int count = Math.ceilDiv(bytes.remaining(), maxChunk);
        if (count == 1) {
            frame(type, bytes);
            return;
        }
        ByteBuffer headers = ByteBuffer.allocate(Limits.HEADER * Math.min(count, AT_ONCE));
        while (bytes.hasRemaining()) {
            frames(type, bytes, headers.clear());
        }
    }

    /** As many as there are headers for. */
    private void frames(MessageType type, ByteBuffer bytes, ByteBuffer headers) throws IOException {
        List<ByteBuffer> all = new ArrayList<>();
        while (bytes.hasRemaining() && headers.hasRemaining()) {
            int length = Math.min(maxChunk, bytes.remaining());
            all.add(headers.slice(headers.position(), Limits.HEADER));
            new Header(type, length).encode(headers);
            all.add(bytes.slice(bytes.position(), length));
            bytes.position(bytes.position() + length);
        }
        send(all.toArray(new ByteBuffer[0]));
    }

    /** Sends the end of a stream. */
    void end(MessageType type) throws IOException {
        frame(type, ByteBuffer.allocate(0));
    }

    /** Sends the ends of some streams and the exit code behind them, in one piece: so the receiver wakes once. */
    void exit(List<MessageType> streams, int code) throws IOException {
        ByteBuffer all = ByteBuffer.allocate(Limits.HEADER * (streams.size() + 1) + Integer.BYTES);
        streams.forEach(stream -> new Header(stream, 0).encode(all));
        new Header(MessageType.DATA_EXIT_CODE, Integer.BYTES).encode(all);
        all.order(ByteOrder.LITTLE_ENDIAN).putInt(code).flip();
        lock.lock();
        try {
            Bytes.writeFully(channel, all);
        } finally {
            lock.unlock();
        }
    }

    /** Sends one frame. */
    void frame(MessageType type, ByteBuffer body) throws IOException {
        lock.lock();
        try {
            new Header(type, body.remaining()).encode(header.clear());
            send(header.flip(), body);
        } finally {
            lock.unlock();
        }
    }

    private void send(ByteBuffer... parts) throws IOException {
        lock.lock();
        try {
            ByteBuffer last = parts[parts.length - 1];
            while (last.hasRemaining() || parts[parts.length - 2].hasRemaining()) {
                channel.write(parts);
            }
        } finally {
            lock.unlock();
        }
    }
}
