package org.qair.agent;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.qair.channel.unix.Bytes;
import org.qair.protocol.RequestId;
import org.qair.protocol.VchanAddress;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A program that waits at the trigger socket. It is answered or refused at most once; that it has gone is seen by whoever watches
 * its connection.
 */
final class Caller {
    private static final Logger LOG = LoggerFactory.getLogger(Caller.class);

    private final SocketChannel connection;
    private final RequestId id;
    private final HostLink host;
    private @Nullable VchanAddress answer;
    private Closeable bridge = () -> {};
    private boolean gone;

    /** @param host who its request was sent to, and who alone may answer it */
    Caller(SocketChannel connection, RequestId id, HostLink host) {
        this.connection = connection;
        this.id = id;
        this.host = host;
    }

    RequestId id() {
        return id;
    }

    HostLink host() {
        return host;
    }

    /**
     * Passes the answer on; its connection stays open until it closes it.
     *
     * @param bridge what waits for it at the data channel, and need not when it has gone
     * @return false when it has gone, or was answered before
     */
    synchronized boolean answer(VchanAddress address, Closeable bridge) {
        if (gone || answer != null) {
            return false;
        }
        answer = address;
        this.bridge = bridge;
        try {
            Bytes.writeFully(connection, ByteBuffer.wrap(address.encode()));
        } catch (IOException hungUp) {
            LOG.debug("caller {} hung up before its answer", id, hungUp); // whoever watches it sees that too
        }
        return true;
    }

    /** Refuses it, unless it was answered. */
    synchronized void refuse() {
        if (answer == null) {
            close();
        }
    }

    /**
     * Its host has gone: it will not be answered, and where the host was to be the other end of its data channel nobody connects to
     * that any more. A channel that is open, or another qube's, is not touched.
     */
    synchronized void forget() {
        if (answer == null || answer.domain() == Agent.HOST_DOMAIN) {
            close();
        }
    }

    /** Its connection has ended. Where it was answered, that data channel has ended or will never be. */
    synchronized Optional<VchanAddress> leave() {
        gone = true;
        close(bridge);
        return Optional.ofNullable(answer);
    }

    void close() {
        close(connection);
    }

    private void close(Closeable held) {
        try {
            held.close();
        } catch (IOException broken) {
            LOG.debug("closing what caller {} had", id, broken);
        }
    }
}
