package org.qair.relay.given;

import java.io.IOException;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.CompletionHandler;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.AsynchronousChannelProvider;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * A connection that was accepted elsewhere, as the SSH library wants one: each read and write in a virtual thread, its end told to a
 * handler. Times are not limited here.
 */
final class CompletedSocket extends AsynchronousSocketChannel {
    private final SocketChannel socket;

    /** @param socket in blocking mode */
    CompletedSocket(SocketChannel socket) {
        super(AsynchronousChannelProvider.provider());
        this.socket = socket;
    }

    /** Does the work in a virtual thread, and tells how it ended. */
    static <V, A> void run(Callable<V> work, A attachment, CompletionHandler<V, ? super A> handler) {
        Thread.ofVirtual().name("ssh-io").start(() -> {
            V result;
            try {
                result = work.call();
            } catch (Exception failure) {
                handler.failed(failure, attachment);
                return;
            }
            handler.completed(result, attachment);
        });
    }

    @Override
    public <A> void read(
            ByteBuffer into, long timeout, TimeUnit unit, A attachment, CompletionHandler<Integer, ? super A> handler) {
        run(() -> socket.read(into), attachment, handler);
    }

    @Override
    public <A> void read(
            ByteBuffer[] into,
            int offset,
            int length,
            long timeout,
            TimeUnit unit,
            A attachment,
            CompletionHandler<Long, ? super A> handler) {
        run(() -> socket.read(into, offset, length), attachment, handler);
    }

    @Override
    public <A> void write(
            ByteBuffer from, long timeout, TimeUnit unit, A attachment, CompletionHandler<Integer, ? super A> handler) {
        run(() -> socket.write(from), attachment, handler);
    }

    @Override
    public <A> void write(
            ByteBuffer[] from,
            int offset,
            int length,
            long timeout,
            TimeUnit unit,
            A attachment,
            CompletionHandler<Long, ? super A> handler) {
        run(() -> socket.write(from, offset, length), attachment, handler);
    }

    @Override
    public Future<Integer> read(ByteBuffer into) {
        throw onlyWithHandler();
    }

    @Override
    public Future<Integer> write(ByteBuffer from) {
        throw onlyWithHandler();
    }

    @Override
    public <A> void connect(SocketAddress remote, A attachment, CompletionHandler<Void, ? super A> handler) {
        throw onlyWithHandler();
    }

    @Override
    public Future<Void> connect(SocketAddress remote) {
        throw onlyWithHandler();
    }

    private static UnsupportedOperationException onlyWithHandler() {
        return new UnsupportedOperationException("an accepted connection is read and written, with a handler");
    }

    @Override
    public AsynchronousSocketChannel bind(SocketAddress local) throws IOException {
        socket.bind(local);
        return this;
    }

    @Override
    public <T> AsynchronousSocketChannel setOption(SocketOption<T> name, T value) throws IOException {
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
    public AsynchronousSocketChannel shutdownInput() throws IOException {
        socket.shutdownInput();
        return this;
    }

    @Override
    public AsynchronousSocketChannel shutdownOutput() throws IOException {
        socket.shutdownOutput();
        return this;
    }

    @Override
    public SocketAddress getRemoteAddress() throws IOException {
        return socket.getRemoteAddress();
    }

    @Override
    public SocketAddress getLocalAddress() throws IOException {
        return socket.getLocalAddress();
    }

    @Override
    public boolean isOpen() {
        return socket.isOpen();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
