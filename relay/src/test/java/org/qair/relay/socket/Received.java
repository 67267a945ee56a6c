package org.qair.relay.socket;

import java.io.ByteArrayOutputStream;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.sshd.common.io.IoHandler;
import org.apache.sshd.common.io.IoSession;
import org.apache.sshd.common.util.Readable;

/** What one end is told. */
final class Received implements IoHandler {
    private static final long PATIENCE_SECONDS = 30;

    final BlockingQueue<IoSession> created = new LinkedBlockingQueue<>();
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private int messages;
    private final CountDownLatch closed = new CountDownLatch(1);
    volatile boolean bug;
    /** What comes is taken once this is open. */
    volatile CountDownLatch gate = new CountDownLatch(0);

    @Override
    public void sessionCreated(IoSession session) {
        created.add(session);
    }

    @Override
    public void messageReceived(IoSession session, Readable message) throws InterruptedException {
        gate.await();
        if (bug) {
            throw new AssertionError("a bug of whoever is told");
        }
        byte[] part = new byte[message.available()];
        message.getRawBytes(part, 0, part.length);
        synchronized (this) {
            bytes.writeBytes(part);
            messages++;
            notifyAll();
        }
    }

    /** Waits until so many have come. */
    synchronized byte[] bytes(int count) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (bytes.size() < count && System.nanoTime() < end) {
            wait(1000);
        }
        return bytes.toByteArray();
    }

    /** In how many parts they came. */
    synchronized int messages() {
        return messages;
    }

    void awaitClosed() throws InterruptedException {
        if (!closed.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            throw new AssertionError("the connection did not end");
        }
    }

    @Override
    public void exceptionCaught(IoSession session, Throwable cause) {}

    @Override
    public void sessionClosed(IoSession session) {
        closed.countDown();
    }
}
