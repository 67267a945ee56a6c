package org.qair.relay.given;

import java.io.IOException;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.nio.channels.AsynchronousServerSocketChannel;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.CompletionHandler;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.AsynchronousChannelProvider;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A socket that somebody else listens at for us, as the SSH library wants one. Closing it leaves the socket as it is: it belongs to that
 * one, who goes on listening, and the JDK would take standard output away with an inherited one.
 */
final class ListeningSocket extends AsynchronousServerSocketChannel {
    private static final Logger LOG = LoggerFactory.getLogger(ListeningSocket.class);
    private static final Duration PAUSE_AFTER_FAILURE = Duration.ofMillis(50);

    private final ServerSocketChannel socket;
    private final Selector selector;

    ListeningSocket(ServerSocketChannel socket) throws IOException {
        super(AsynchronousChannelProvider.provider());
        this.socket = socket;
        this.selector = Selector.open();
        socket.configureBlocking(false);
        var ignored = socket.register(selector, SelectionKey.OP_ACCEPT);
    }

    @Override
    public <A> void accept(A attachment, CompletionHandler<AsynchronousSocketChannel, ? super A> handler) {
        CompletedSocket.run(this::next, attachment, handler);
    }

    private AsynchronousSocketChannel next() throws IOException, InterruptedException {
        try {
            while (true) {
                selector.select(key -> {});
                SocketChannel accepted = take();
                if (accepted != null) {
                    return new CompletedSocket(accepted);
                }
            }
        } catch (ClosedSelectorException closed) {
            throw new ClosedChannelException();
        }
    }

    /** What there is to accept; what fails passes by itself, such as no free descriptors. */
    private @Nullable SocketChannel take() throws InterruptedException {
        try {
            return isOpen() ? socket.accept() : null;
        } catch (IOException failure) {
            LOG.warn("a connection could not be accepted: {}", failure.getMessage());
            Thread.sleep(PAUSE_AFTER_FAILURE);
            return null;
        }
    }

    @Override
    public Future<AsynchronousSocketChannel> accept() {
        throw new UnsupportedOperationException("connections are accepted with a handler");
    }

    /** It is bound already. */
    @Override
    public AsynchronousServerSocketChannel bind(SocketAddress local, int backlog) {
        return this;
    }

    @Override
    public <T> AsynchronousServerSocketChannel setOption(SocketOption<T> name, T value) throws IOException {
        socket.setOption(name, value);
        return this;
    }

    @Override
    public <T> T getOption(SocketOption<T> name) throws IOException {
        return socket.getOption(name);
    }

    @Override
    public Set<SocketOption<?>> supportedOptions() {
        return socket.supportedOptions();
    }

    @Override
    public SocketAddress getLocalAddress() throws IOException {
        return socket.getLocalAddress();
    }

    @Override
    public boolean isOpen() {
        return selector.isOpen();
    }

    @Override
    public void close() throws IOException {
        selector.close();
    }
}
