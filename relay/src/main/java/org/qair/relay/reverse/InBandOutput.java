package org.qair.relay.reverse;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.locks.ReentrantLock;
import org.qair.protocol.Header;
import org.qair.protocol.Limits;
import org.qair.protocol.Message;
import org.qair.protocol.MessageType;
import org.qair.protocol.ProtocolVersion;
import org.qair.protocol.VchanAddress;

/**
 * What a caller is sent on a connection that carries its own data: the answer with our {@code HELLO}, the frames of both outputs,
 * the exit code. A frame is never torn, whichever threads write.
 */
final class InBandOutput {
    private final OutputStream bytes;
    private final ReentrantLock lock = new ReentrantLock();

    InBandOutput(OutputStream bytes) {
        this.bytes = bytes;
    }

    /** The request is not refused. */
    void answer() throws IOException {
        byte[] hello = new Message.Hello(ProtocolVersion.NEWEST).encode();
        send(ByteBuffer.allocate(VchanAddress.SIZE + hello.length)
                .put(VchanAddress.IN_BAND.encode())
                .put(hello)
                .array());
    }

    /** One of the outputs; closing it sends its end once. */
    OutputStream stream(MessageType type, int version) {
        return new Stream(type, ProtocolVersion.maxChunk(version));
    }

    void exit(int code) throws IOException {
        send(new Message.ExitCode(code).encode());
    }

    private void frame(MessageType type, byte[] from, int offset, int length) throws IOException {
        ByteBuffer frame = ByteBuffer.allocate(Limits.HEADER + length).order(ByteOrder.LITTLE_ENDIAN);
        new Header(type, length).encode(frame);
        send(frame.put(from, offset, length).array());
    }

    private void send(byte[] whole) throws IOException {
        lock.lock();
        try {
            bytes.write(whole);
            bytes.flush();
        } finally {
            lock.unlock();
        }
    }

    private final class Stream extends OutputStream {
        private final MessageType type;
        private final int maxChunk;
        private boolean closed;

        Stream(MessageType type, int maxChunk) {
            this.type = type;
            this.maxChunk = maxChunk;
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] from, int offset, int length) throws IOException {
            if (closed) {
                throw new IOException("the stream is closed");
            }
            for (int sent = 0; sent < length; sent += maxChunk) {
                frame(type, from, offset + sent, Math.min(maxChunk, length - sent));
            }
        }

        @Override
        public void close() throws IOException {
            if (!closed) {
                closed = true;
                frame(type, new byte[0], 0, 0);
            }
        }
    }
}
