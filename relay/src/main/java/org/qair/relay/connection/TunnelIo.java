package org.qair.relay.connection;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.apache.sshd.common.io.AbstractIoWriteFuture;
import org.apache.sshd.common.io.IoHandler;
import org.apache.sshd.common.io.IoService;
import org.apache.sshd.common.io.IoWriteFuture;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.common.util.buffer.ByteArrayBuffer;
import org.jspecify.annotations.Nullable;
import org.qair.relay.peer.Hop;
import org.qair.relay.socket.AttributedIo;
import org.qair.relay.stream.Pump;

/**
 * What the library takes for a network connection, carried by a channel of another SSH connection: so the next hop is
 * reached without a listener on this machine. One virtual thread a direction.
 */
final class TunnelIo extends AttributedIo {

    private final TunnelChannel channel;
    private final PeerSession outer;
    private final IoHandler handler;
    private final SocketAddress remote;
    private final BlockingQueue<Written> writes = new LinkedBlockingQueue<>();
    private final Thread writer = Thread.ofVirtual().name("ssh-tunnel-out").unstarted(this::write);
    private final Thread reader = Thread.ofVirtual().name("ssh-tunnel-in").unstarted(this::read);

    TunnelIo(PeerSession outer, TunnelChannel channel, Hop next, IoHandler handler) {
        this.outer = outer;
        this.channel = channel;
        this.handler = handler;
        this.remote = InetSocketAddress.createUnresolved(next.host(), next.port());
        channel.addCloseFutureListener(closed -> close(true));
    }

    /** Moves bytes from now on. */
    void start() {
        writer.start();
        reader.start();
    }

    @Override
    public IoWriteFuture writeBuffer(Buffer buffer) {
        Written write = new Written(buffer);
        writes.add(write);
        if (isClosing()) {
            failWrites();
        }
        return write;
    }

    private void write() {
        try {
            OutputStream out = channel.output();
            while (true) {
                Written next = writes.take();
                next.sendTo(out);
            }
        } catch (InterruptedException closed) {
            failWrites();
        } catch (IOException e) {
            failed(e);
        }
    }

    private void read() {
        byte[] bytes = new byte[Pump.CHUNK];
        try {
            int count;
            while ((count = channel.input().read(bytes)) >= 0) {
                handler.messageReceived(this, new ByteArrayBuffer(bytes, 0, count));
            }
            close(true);
        } catch (Exception e) {
            failed(e);
        }
    }

    private void failed(Exception failure) {
        try {
            if (isOpen()) {
                handler.exceptionCaught(this, failure);
            }
        } catch (Exception e) {
            log.debug("{}: {}", remote, e.getMessage());
        }
        close(true);
    }

    private void failWrites() {
        Written left;
        while ((left = writes.poll()) != null) {
            left.fail(new ClosedChannelException());
        }
    }

    @Override
    protected void doCloseImmediately() {
        writer.interrupt();
        reader.interrupt();
        failWrites();
        channel.close(true);
        super.doCloseImmediately();
        try {
            handler.sessionClosed(this);
        } catch (Exception e) {
            log.debug("{}: {}", remote, e.getMessage());
        }
        outer.close(true);
    }

    @Override
    public SocketAddress getRemoteAddress() {
        return remote;
    }

    @Override
    public SocketAddress getLocalAddress() {
        return outer.getLocalAddress();
    }

    @Override
    public @Nullable SocketAddress getAcceptanceAddress() {
        return null;
    }

    @Override
    public IoService getService() {
        return outer.getIoSession().getService();
    }

    @Override
    public void shutdownOutputStream() {
        // The other end learns of it when the channel closes.
    }

    @Override
    public void suspendRead() {
        // Bytes are bounded by the windows of the channels inside.
    }

    @Override
    public void resumeRead() {
        // Never suspended.
    }

    /** Bytes on their way. */
    private static final class Written extends AbstractIoWriteFuture {
        private final Buffer bytes;

        Written(Buffer bytes) {
            super("tunnel", null);
            this.bytes = bytes;
        }

        void sendTo(OutputStream out) throws IOException {
            try {
                out.write(bytes.array(), bytes.rpos(), bytes.available());
                out.flush();
                setValue(true);
            } catch (IOException e) {
                fail(e);
                throw e;
            }
        }

        void fail(IOException failure) {
            setValue(failure);
        }
    }
}
