package org.qair.proof;

import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What a service writes on the far host: one of its outputs, sealed into the one stream to the caller that both share. Its close is
 * a frame; the stream itself stays open for the exit code.
 */
final class SealingOutput extends OutputStream {
    private final Shared shared;
    private final FrameType type;
    private boolean closed;

    SealingOutput(Shared shared, FrameType type) {
        this.shared = shared;
        this.type = type;
    }

    /** The stream to the caller, in which frames are numbered: one writer at a time. */
    static final class Shared {
        private final ReentrantLock lock = new ReentrantLock();
        private final OutputStream sealed;
        private final FrameCipher cipher;

        Shared(OutputStream sealed, FrameCipher cipher) {
            this.sealed = sealed;
            this.cipher = cipher;
        }

        void frame(FrameType type, byte[] from, int offset, int length) throws IOException {
            lock.lock();
            try {
                sealed.write(Frame.seal(cipher, type, from, offset, length));
                sealed.flush();
            } finally {
                lock.unlock();
            }
        }
    }

    @Override
    public void write(int one) throws IOException {
        write(new byte[] {(byte) one}, 0, 1);
    }

    @Override
    public void write(byte[] from, int offset, int length) throws IOException {
        if (closed) {
            throw new IOException("the stream is closed");
        }
        for (int done = 0; done < length; done += Frame.MAX_DATA) {
            shared.frame(type, from, offset + done, Math.min(Frame.MAX_DATA, length - done));
        }
    }

    @Override
    public void close() throws IOException {
        if (!closed) {
            closed = true;
            shared.frame(type, new byte[0], 0, 0);
        }
    }
}
