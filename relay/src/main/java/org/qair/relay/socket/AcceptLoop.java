package org.qair.relay.socket;

import java.io.IOException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Accepts at one socket until it is closed; the socket is closed with it only where that is wanted. */
final class AcceptLoop implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AcceptLoop.class);
    private static final Duration PAUSE_AFTER_FAILURE = Duration.ofMillis(50);

    private final ServerSocketChannel socket;
    private final boolean closesSocket;
    private final Taker taker;
    private final Selector selector;

    /** What is done with a connection. */
    @FunctionalInterface
    interface Taker {
        /** Takes it; a connection that cannot be taken is closed. */
        void take(SocketChannel accepted) throws IOException;
    }

    AcceptLoop(ServerSocketChannel socket, boolean closesSocket, Taker taker) throws IOException {
        this.socket = socket;
        this.closesSocket = closesSocket;
        this.taker = taker;
        this.selector = Selector.open();
        socket.configureBlocking(false);
        var ignored = socket.register(selector, SelectionKey.OP_ACCEPT);
    }

    void start() {
        Thread.ofPlatform().daemon().name("ssh-accept").start(this::run);
    }

    private void run() {
        try {
            while (selector.isOpen()) {
                selector.select(key -> {});
                acceptAll();
            }
        } catch (ClosedSelectorException | InterruptedException closed) {
            LOG.trace("no more connections are accepted", closed);
        } catch (IOException broken) {
            LOG.error("no more connections are accepted: {}", broken.getMessage());
        }
    }

    private void acceptAll() throws InterruptedException {
        try {
            for (SocketChannel next = accept(); next != null; next = accept()) {
                take(next);
            }
        } catch (IOException failure) { // which passes by itself, such as no free descriptors
            LOG.warn("a connection could not be accepted: {}", failure.getMessage());
            Thread.sleep(PAUSE_AFTER_FAILURE);
        }
    }

    private @Nullable SocketChannel accept() throws IOException {
        return selector.isOpen() ? socket.accept() : null;
    }

    private void take(SocketChannel accepted) {
        try {
            taker.take(accepted);
        } catch (IOException | RuntimeException failure) {
            LOG.debug("a connection that was accepted is closed: {}", failure.getMessage());
        }
    }

    @Override
    public void close() {
        try (selector) {
            if (closesSocket) {
                socket.close();
            }
        } catch (IOException failure) {
            LOG.debug("closing a socket: {}", failure.getMessage());
        }
    }
}
