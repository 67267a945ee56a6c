package org.qair.relay.stream;

import java.io.IOException;
import java.io.OutputStream;

/** An output that says, once, when it was closed. As safe for many threads as its target; to be closed by one. */
public final class HalfCloseOutput extends OutputStream {
    /** What is to happen at the close. */
    @FunctionalInterface
    public interface Closed {
        void closed() throws IOException;
    }

    private final OutputStream target;
    private final Closed closed;
    private boolean done;

    public HalfCloseOutput(OutputStream target, Closed closed) {
        this.target = target;
        this.closed = closed;
    }

    @Override
    public void write(int b) throws IOException {
        target.write(b);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        target.write(bytes, offset, length);
    }

    @Override
    public void flush() throws IOException {
        target.flush();
    }

    @Override
    public void close() throws IOException {
        if (!done) {
            done = true;
            target.close();
            closed.closed();
        }
    }
}
