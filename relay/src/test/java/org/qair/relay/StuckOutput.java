package org.qair.relay;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import org.qair.call.PlainStreams;
import org.qair.call.Streams;

/** An output that takes nothing: each writer waits until it is interrupted. */
final class StuckOutput extends OutputStream {
    /** One permit for each writer that has come. */
    final Semaphore writers = new Semaphore(0);

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        writers.release();
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            throw new InterruptedIOException("interrupted");
        }
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[1], 0, 1);
    }

    Streams caller() {
        return new PlainStreams(InputStream.nullInputStream(), this, OutputStream.nullOutputStream());
    }
}
