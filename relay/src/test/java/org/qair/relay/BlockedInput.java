package org.qair.relay;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;

/** A caller's input that says nothing until it is told to, and ends after that. */
final class BlockedInput extends InputStream {
    final CountDownLatch closed = new CountDownLatch(1);
    private final BlockingQueue<Integer> bytes = new LinkedBlockingQueue<>();

    void say(String text) {
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            bytes.add(b & 0xff);
        }
        bytes.add(-1);
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        int first = read();
        if (first < 0) {
            return -1;
        }
        target[offset] = (byte) first;
        return 1;
    }

    @Override
    public int read() throws IOException {
        try {
            return bytes.take();
        } catch (InterruptedException e) {
            throw new IOException("interrupted", e);
        }
    }

    @Override
    public void close() {
        bytes.add(-1);
        closed.countDown();
    }
}
