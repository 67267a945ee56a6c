package org.qair.relay;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.util.concurrent.CountDownLatch;
import org.qair.call.PlainStreams;
import org.qair.call.Streams;

/** An output that tells when something was first written to it, of a caller whose input stays open. */
final class SignallingOutput extends ByteArrayOutputStream {
    final CountDownLatch written = new CountDownLatch(1);

    @Override
    public synchronized void write(byte[] bytes, int offset, int length) {
        super.write(bytes, offset, length);
        written.countDown();
    }

    Streams caller() {
        BlockedInput stdin = new BlockedInput();
        return new PlainStreams(stdin, this, OutputStream.nullOutputStream());
    }
}
