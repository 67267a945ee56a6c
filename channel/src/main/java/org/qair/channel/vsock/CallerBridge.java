package org.qair.channel.vsock;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import org.qair.channel.HangupWatch;
import org.qair.channel.SocketVchan;
import org.qair.channel.Vchan;
import org.qair.protocol.Limits;
import org.qair.protocol.VchanAddress;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How callers in a virtual machine reach its host: each serves a socket vchan in the machine, ours and the field's client alike, and
 * the agent connects it to one over AF_VSOCK. So no client needs to know of AF_VSOCK. Safe for use by many threads.
 */
public final class CallerBridge {
    private static final Logger LOG = LoggerFactory.getLogger(CallerBridge.class);

    private final Vchan inside;
    private final Vchan outside;
    private final int domain;

    /**
     * @param inside where callers serve their vchans
     * @param outside where the host connects
     * @param domain this machine's
     */
    public CallerBridge(Vchan inside, Vchan outside, int domain) {
        this.inside = inside;
        this.outside = outside;
        this.domain = domain;
    }

    /**
     * Listens for the host at a caller's data channel; to be called before the caller is told of it. Closing what is returned ends the
     * wait for either of the two, not a channel that is open.
     */
    public Closeable open(VchanAddress address) throws IOException {
        Vchan.Listener listener = outside.listen(domain, address.domain(), address.port());
        Thread.ofVirtual().name("bridge " + address.port()).start(() -> serve(listener, address));
        return listener;
    }

    private void serve(Vchan.Listener listener, VchanAddress address) {
        try (SocketChannel host = listener.accept(SocketVchan.CONNECT_LIMIT);
                SocketChannel caller =
                        inside.connect(domain, address.domain(), address.port(), SocketVchan.CONNECT_LIMIT);
                HangupWatch.Watch _ = HangupWatch.watch(caller, () -> close(host))) { // its end may be behind bytes
            Thread upward = Thread.ofVirtual().name("bridge up").start(() -> copy(caller, host));
            copy(host, caller);
            upward.join();
        } catch (IOException failure) {
            LOG.debug("the data channel at port {} was not bridged", address.port(), failure);
        } catch (InterruptedException nobodyDoes) {
            Thread.currentThread().interrupt();
        }
    }

    /** Copies to the end and passes it on; where one side breaks both do. */
    private static void copy(SocketChannel from, SocketChannel to) {
        ByteBuffer buffer = ByteBuffer.allocateDirect(Limits.CHUNK);
        try {
            while (from.read(buffer.clear()) >= 0) {
                buffer.flip();
                while (buffer.hasRemaining()) {
                    to.write(buffer);
                }
            }
            to.shutdownOutput();
        } catch (IOException broken) {
            close(from);
            close(to);
        }
    }

    private static void close(SocketChannel channel) {
        try {
            channel.close();
        } catch (IOException already) {
            LOG.debug("closing one side of a bridge", already);
        }
    }
}
