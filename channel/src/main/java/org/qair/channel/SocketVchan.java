package org.qair.channel;

import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.qair.channel.unix.Deadline;
import org.qair.channel.unix.SocketFile;
import org.qair.channel.unix.UnixPaths;
import org.qair.protocol.Limits;

/**
 * A vchan as libvchan's socket backend makes it: one Unix stream socket {@code vchan.SERVER.CLIENT.PORT.sock} in a directory,
 * one connection, the messages on it and nothing else.
 */
public final class SocketVchan {
    /** How long either side waits for the other. */
    public static final Duration CONNECT_LIMIT = Duration.ofMinutes(2);

    private SocketVchan() {}

    /** The backend whose sockets are in {@code directory}. */
    public static Vchan in(Path directory) {
        return new VchanSockets(directory);
    }

    /** Where the server of domain {@code server} listens for domain {@code client}. */
    public static Path path(Path directory, int server, int client, int port) {
        return directory.resolve("vchan." + server + "." + client + "." + port + ".sock");
    }

    /**
     * Takes the server's side: replaces a stale path and listens, for this user (and root) alone.
     *
     * @throws IOException when the directory is missing or cannot be written, or the path is too long
     */
    public static Listener listen(Path directory, int server, int client, int port) throws IOException {
        Path path = path(directory, server, client, port);
        String work = "." + server + "." + client + "." + port;
        return new Listener(
                path,
                port == Limits.CONTROL_PORT // by whose mode the host knows this agent from the field's
                        ? SocketFile.ownerOnly(path).replace(work, 1)
                        : SocketFile.once(path, work));
    }

    /**
     * Takes the client's side. While nobody listens there it tries again, first after 0.1 ms, then more slowly, at most
     * every 10 ms.
     *
     * @throws SocketTimeoutException when nobody listened within {@code limit}
     */
    public static SocketChannel connect(Path path, Duration limit) throws IOException, InterruptedException {
        UnixDomainSocketAddress address = UnixPaths.address(path);
        return Patience.of(limit)
                .await(() -> tryToConnect(address))
                .orElseThrow(() -> timedOut("nobody listened at `%s` within %d s", path, limit));
    }

    /** Nothing while nobody listens; an exception is dear, so it is looked first whether there is a path at all. */
    private static Optional<SocketChannel> tryToConnect(UnixDomainSocketAddress address) throws IOException {
        if (!Files.exists(address.getPath())) {
            return Optional.empty();
        }
        try {
            return Optional.of(SocketChannel.open(address));
        } catch (ConnectException refused) {
            return Optional.empty();
        } catch (IOException failure) {
            if (!Files.exists(address.getPath())) {
                return Optional.empty();
            }
            throw new IOException(
                    "cannot connect to `%s`: %s".formatted(address.getPath(), failure.getMessage()), failure);
        }
    }

    private static SocketTimeoutException timedOut(String text, Path path, Duration limit) {
        return new SocketTimeoutException(text.formatted(path, limit.toSeconds()));
    }

    /** The server's side before its client came. Closing it takes the path away. */
    public static final class Listener implements Vchan.Listener {
        private final Path path;
        private final ServerSocketChannel server;
        private final AtomicBoolean taken = new AtomicBoolean(true);
        private volatile @Nullable Selector waiting;

        /** One that was made elsewhere, and is to be closed and its path removed once the client has come. */
        public Listener(Path path, ServerSocketChannel server) {
            this.path = path;
            this.server = server;
        }

        @Override
        public SocketChannel accept() throws IOException {
            try (this) {
                return server.accept();
            }
        }

        @Override
        public SocketChannel accept(Duration limit) throws IOException {
            try (this;
                    Deadline deadline = new Deadline(limit, this)) {
                try {
                    return server.accept();
                } catch (IOException failure) {
                    throw deadline.expired() ? timedOut("nobody connected to `%s` within %d s", path, limit) : failure;
                }
            }
        }

        /**
         * The same, as long as the other end of {@code life} keeps it open. Nothing is to be read from that; it is not blocking any
         * more when this returns. A client that has connected when it ends is taken all the same.
         *
         * @throws SocketTimeoutException when nobody connected within {@code limit}
         * @throws EOFException when {@code life} ended before
         */
        SocketChannel accept(Duration limit, SocketChannel life) throws IOException {
            long end = System.nanoTime() + limit.toNanos();
            try (this;
                    Selector selector = Selector.open()) {
                waiting = selector;
                register(server, selector, SelectionKey.OP_ACCEPT);
                SelectionKey ended = register(life, selector, SelectionKey.OP_READ);
                for (long left = limit.toMillis(); left > 0; left = (end - System.nanoTime()) / 1_000_000) {
                    selector.select(left);
                    SocketChannel client = server.accept();
                    if (client != null) {
                        return client;
                    }
                    if (ended.isReadable()) {
                        throw new EOFException("`%s` was not connected".formatted(path));
                    }
                    checkInterrupt();
                }
            }
            throw timedOut("nobody connected to `%s` within %d s", path, limit);
        }

        private static SelectionKey register(SelectableChannel channel, Selector selector, int events)
                throws IOException {
            channel.configureBlocking(false);
            return channel.register(selector, events);
        }

        private static void checkInterrupt() throws ClosedByInterruptException {
            if (Thread.currentThread().isInterrupted()) {
                throw new ClosedByInterruptException();
            }
        }

        @Override
        public void close() throws IOException {
            if (taken.compareAndSet(true, false)) {
                Files.deleteIfExists(path);
            }
            server.close();
            Selector selector = waiting;
            if (selector != null) {
                selector.wakeup(); // a closed channel alone does not end its wait
            }
        }
    }
}
