package org.qair.client;

import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import org.qair.protocol.Limits;

/**
 * One direction of a call, copied until it ends. One that turns out to be long goes on outside the heap, where each byte is copied half
 * as often; a short one, of which a program that starts anew has most, does not load what that takes.
 */
final class Copy {
    private static final int SHORT = 4;

    private final InputStream from;
    private final OutputStream to;

    Copy(InputStream from, OutputStream to) {
        this.from = from;
        this.to = to;
    }

    /** What a reader does with an end that takes no more. */
    static final class ClosedException extends IOException {
        private static final long serialVersionUID = 1L;

        ClosedException(IOException cause) {
            super(cause);
        }
    }

    /**
     * Copies to the end of {@code from}; closes neither.
     *
     * @throws ClosedException when {@code to} takes no more
     * @throws IOException when {@code from} broke
     */
    void run() throws IOException {
        byte[] buffer = new byte[Limits.CHUNK];
        int chunks = 0;
        for (int read = from.read(buffer); read >= 0; read = from.read(buffer)) {
            write(buffer, read);
            if (++chunks == SHORT
                    && source() instanceof ReadableByteChannel source
                    && sink() instanceof WritableByteChannel sink) {
                run(source, sink);
                return;
            }
        }
    }

    private Object source() {
        return from instanceof FileInputStream file ? file.getChannel() : from;
    }

    private Object sink() {
        return to instanceof FileOutputStream file ? file.getChannel() : to;
    }

    private void write(byte[] bytes, int length) throws ClosedException {
        try {
            to.write(bytes, 0, length);
        } catch (IOException closed) {
            throw new ClosedException(closed);
        }
    }

    private static void run(ReadableByteChannel source, WritableByteChannel sink) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocateDirect(Limits.CHUNK);
        while (source.read(buffer.clear()) >= 0) {
            write(sink, buffer.flip());
        }
    }

    private static void write(WritableByteChannel sink, ByteBuffer bytes) throws ClosedException {
        try {
            while (bytes.hasRemaining()) {
                sink.write(bytes);
            }
        } catch (IOException closed) {
            throw new ClosedException(closed);
        }
    }
}
