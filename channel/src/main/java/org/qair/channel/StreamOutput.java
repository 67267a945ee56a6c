package org.qair.channel;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import org.qair.protocol.MessageType;

/** One outgoing stream of a channel, to be written as a stream or as a channel: each write is sent as it is, closing sends the end once. */
final class StreamOutput extends OutputStream implements WritableByteChannel {
    private final FrameWriter writer;
    private final MessageType type;
    private volatile boolean closed;

    StreamOutput(FrameWriter writer, MessageType type) {
        this.writer = writer;
        this.type = type;
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        int ignored = write(ByteBuffer.wrap(bytes, offset, length));
    }

    /** Sends all that remains. */
    @Override
    public int write(ByteBuffer bytes) throws IOException {
        if (closed) {
            throw new IOException("the stream is closed");
        }
        int length = bytes.remaining();
        writer.write(type, bytes);
        return length;
    }

    @Override
    public boolean isOpen() {
        return !closed;
    }

    @Override
    public void close() throws IOException {
        if (finish()) {
            writer.end(type);
        }
    }

    /** Takes no more; whether the end is still to be sent, by the caller of this. */
    boolean finish() {
        boolean open = !closed;
        closed = true;
        return open;
    }

    MessageType type() {
        return type;
    }
}
