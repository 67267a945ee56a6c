package org.qair.channel.vsock;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.qair.channel.Vchan;
import org.qair.channel.unix.Deadline;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A port of this machine that waits for one connection of one peer; others are closed unheard. */
final class VsockListener implements Vchan.Listener {
    private static final Logger LOG = LoggerFactory.getLogger(VsockListener.class);

    private final VsockSocket socket;
    private final int port;
    private final Predicate<VsockAddress> expected;
    private final Readiness readiness = new Readiness();
    private final ReentrantLock inUse = new ReentrantLock();

    private VsockListener(VsockSocket socket, int port, Predicate<VsockAddress> expected) {
        this.socket = socket;
        this.port = port;
        this.expected = expected;
    }

    /** Listens. */
    static VsockListener open(int port, Predicate<VsockAddress> expected) throws IOException {
        VsockSocket socket = VsockSocket.open();
        try {
            socket.bind(port);
            socket.listen();
            return new VsockListener(socket, port, expected);
        } catch (IOException failure) {
            socket.close();
            throw failure;
        }
    }

    @Override
    public SocketChannel accept() throws IOException {
        inUse.lock();
        try (this) {
            while (!readiness.hasEnded()) {
                Optional<VsockSocket> connected = socket.accept();
                if (connected.isEmpty()) {
                    readiness.awaitReadable(socket);
                } else {
                    Optional<SocketChannel> channel = take(connected.get());
                    if (channel.isPresent()) {
                        return channel.get();
                    }
                }
            }
            throw new AsynchronousCloseException();
        } finally {
            inUse.unlock();
        }
    }

    private Optional<SocketChannel> take(VsockSocket connected) throws IOException {
        try (connected) {
            VsockAddress peer = connected.peer();
            if (!expected.test(peer)) {
                LOG.warn("{} connected to vsock port {}, where somebody else is expected", peer, port);
                return Optional.empty();
            }
            return Optional.of(AdoptedSocket.of(connected.descriptor()));
        }
    }

    @Override
    public SocketChannel accept(Duration limit) throws IOException {
        try (Deadline deadline = new Deadline(limit, this)) {
            try {
                return accept();
            } catch (IOException failure) {
                throw deadline.expired()
                        ? new SocketTimeoutException(
                                "nobody connected to vsock port %d within %d s".formatted(port, limit.toSeconds()))
                        : failure;
            }
        }
    }

    /** Ends the wait, and only then the descriptor, so that its number is not another's while somebody still uses it. */
    @Override
    public void close() {
        readiness.end();
        inUse.lock();
        try {
            socket.close();
        } finally {
            inUse.unlock();
        }
    }
}
