package org.qair.channel;

import java.io.IOException;
import java.io.OutputStream;
import org.qair.protocol.MessageType;

/** One outgoing stream of a channel: each write is sent as it is, closing sends the end once. */
final class StreamOutput extends OutputStream {
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
        if (closed) {
            throw new IOException("the stream is closed");
        }
        writer.write(type, bytes, offset, length);
    }

    @Override
    public void close() throws IOException {
        if (!closed) {
            closed = true;
            writer.end(type);
        }
    }
}
