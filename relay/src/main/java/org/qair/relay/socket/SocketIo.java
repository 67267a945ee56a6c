package org.qair.relay.socket;

import java.io.IOException;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.nio.ByteBuffer;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import org.apache.sshd.common.future.CloseFuture;
import org.apache.sshd.common.io.IoHandler;
import org.apache.sshd.common.io.IoService;
import org.apache.sshd.common.io.IoWriteFuture;
import org.apache.sshd.common.util.Readable;
import org.apache.sshd.common.util.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/**
 * One connection: a thread of its own reads and hands on what comes. What is to be sent is sent by whoever says so, as far as the other
 * side takes it at once; that thread sends the rest. It never waits for the other side to take something, so two ends that both send
 * cannot wait for each other. The socket is not in blocking mode, where an interrupt of a thread that sends would close it.
 */
final class SocketIo extends AttributedIo {
    private static final int BUFFER = 64 << 10;

    private final SocketService service;
    private final IoHandler handler;
    private final SocketChannel socket;
    private final SocketAddress local;
    private final SocketAddress remote;
    private final Selector selector;
    private final SelectionKey key;
    private final Outflow outflow;
    private volatile @Nullable SocketAddress acceptedAt;

    /** @param socket connected */
    SocketIo(SocketService service, IoHandler handler, SocketChannel socket) throws IOException {
        this.service = service;
        this.handler = handler;
        this.socket = socket;
        this.local = socket.getLocalAddress();
        this.remote = socket.getRemoteAddress();
        this.selector = Selector.open();
        socket.configureBlocking(false);
        this.key = socket.register(selector, SelectionKey.OP_READ);
        this.outflow = new Outflow(socket, this::watch);
    }

    /** It came in at that address of ours. */
    void acceptedAt(SocketAddress address) {
        acceptedAt = address;
    }

    <T> T option(SocketOption<T> name) throws IOException {
        return socket.getOption(name);
    }

    /** Reads from now on, unless it was refused already. */
    void start() {
        if (selector.isOpen()) {
            Thread.ofPlatform().daemon().name("ssh-io " + remote).start(this::run);
        }
    }

    private void run() {
        ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER);
        try {
            while (selector.isOpen()) { // also while it is closed gently, until all is sent
                if (selector.select() > 0) {
                    advance(buffer);
                }
            }
        } catch (ClosedSelectorException | CancelledKeyException closed) {
            log.trace("{}: closed", remote, closed);
        } catch (Exception failure) {
            failed(failure);
        } finally {
            close(true); // whatever ended this
        }
    }

    private void advance(ByteBuffer buffer) throws Exception {
        selector.selectedKeys().clear();
        if (key.isWritable()) {
            outflow.goOn();
        }
        if (key.isReadable()) {
            read(buffer.clear());
        }
    }

    private void read(ByteBuffer buffer) throws Exception {
        if (socket.read(buffer) < 0) {
            close(true);
            return;
        }
        handler.messageReceived(this, Readable.readable(buffer.flip()));
    }

    private void failed(Exception failure) {
        try {
            if (isOpen()) {
                handler.exceptionCaught(this, failure);
            }
        } catch (Exception again) {
            log.debug("{}: {}", remote, again.getMessage());
        }
    }

    @Override
    public IoWriteFuture writeBuffer(Buffer buffer) {
        return outflow.send(ByteBuffer.wrap(buffer.array(), buffer.rpos(), buffer.available()));
    }

    /** See {@link Outflow#together}. */
    <X extends Exception> void together(Together.Sending<X> sending) throws X {
        outflow.together(sending);
    }

    /** Something is left to be sent, or nothing any more, or sending has failed, which the thread of this finds out by trying. */
    private void watch(boolean rest) {
        try {
            int before = rest ? key.interestOpsOr(SelectionKey.OP_WRITE) : key.interestOpsAnd(~SelectionKey.OP_WRITE);
            if (rest && (before & SelectionKey.OP_WRITE) == 0) {
                selector.wakeup();
            }
        } catch (CancelledKeyException closed) {
            log.trace("{}: closed", remote, closed);
        }
    }

    @Override
    protected CloseFuture doCloseGracefully() {
        return builder().when("writes", outflow.waiting()).build().close(false);
    }

    @Override
    protected void doCloseImmediately() {
        try (selector;
                socket) {
            outflow.close();
        } catch (IOException failure) {
            log.debug("{}: {}", remote, failure.getMessage());
        }
        service.ended(this);
        super.doCloseImmediately();
        try {
            handler.sessionClosed(this);
        } catch (Exception failure) {
            log.debug("{}: {}", remote, failure.getMessage());
        }
    }

    @Override
    public void suspendRead() {
        key.interestOpsAnd(~SelectionKey.OP_READ);
    }

    @Override
    public void resumeRead() {
        key.interestOpsOr(SelectionKey.OP_READ);
        selector.wakeup();
    }

    @Override
    public void shutdownOutputStream() throws IOException {
        socket.shutdownOutput();
    }

    @Override
    public SocketAddress getRemoteAddress() {
        return remote;
    }

    @Override
    public SocketAddress getLocalAddress() {
        return local;
    }

    @Override
    public @Nullable SocketAddress getAcceptanceAddress() {
        return acceptedAt;
    }

    @Override
    public IoService getService() {
        return service;
    }
}
