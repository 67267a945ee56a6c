package org.qair.exec;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.channels.WritableByteChannel;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.qair.channel.HangupWatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The direction of a socket to its service. Closing it is the half-close. It has ended then, or when the service has closed its socket:
 * whoever passes the input on may wait for the caller's next byte a while longer.
 */
final class ToService implements WritableByteChannel {
    private static final Logger LOG = LoggerFactory.getLogger(ToService.class);

    private final SocketChannel socket;
    private final InputStream stdin;
    private final CountDownLatch over = new CountDownLatch(1);
    private HangupWatch.@Nullable Watch watch;

    private ToService(SocketChannel socket, InputStream stdin) {
        this.socket = socket;
        this.stdin = stdin;
    }

    /** @param stdin closed when the service closes its socket first */
    static ToService over(SocketChannel socket, InputStream stdin) throws IOException {
        ToService made = new ToService(socket, stdin);
        made.watch = HangupWatch.watch(socket, made::serviceGone);
        return made;
    }

    private void serviceGone() {
        try {
            stdin.close();
        } catch (IOException alreadyGone) {
            LOG.debug("closing the caller's stdin", alreadyGone);
        }
        over.countDown();
    }

    boolean isOver() {
        return over.getCount() == 0;
    }

    /** Waits until it has ended. */
    void awaitEnd() throws InterruptedException {
        over.await();
    }

    @Override
    public int write(ByteBuffer bytes) throws IOException {
        return socket.write(bytes);
    }

    @Override
    public boolean isOpen() {
        return socket.isOpen();
    }

    /** The watch ends first: it would see what the service does next, which is to end, and wake a thread for that. */
    @Override
    public void close() throws IOException {
        unwatch();
        try {
            socket.shutdownOutput();
        } finally {
            over.countDown();
        }
    }

    /** No matter any more whether the service goes. */
    void unwatch() {
        if (watch != null) {
            watch.close();
        }
    }
}
