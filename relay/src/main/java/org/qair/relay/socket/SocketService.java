package org.qair.relay.socket;

import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.apache.sshd.common.io.IoHandler;
import org.apache.sshd.common.io.IoService;
import org.apache.sshd.common.io.IoServiceEventListener;
import org.apache.sshd.common.io.IoSession;
import org.apache.sshd.common.util.closeable.AbstractCloseable;
import org.jspecify.annotations.Nullable;

/** The connections that were made in one way, from their beginning to their end. Safe for use by many threads. */
abstract class SocketService extends AbstractCloseable implements IoService {
    private final IoHandler handler;
    private final Map<Long, IoSession> sessions = new ConcurrentHashMap<>();
    private volatile @Nullable IoServiceEventListener listener;

    SocketService(IoHandler handler) {
        this.handler = handler;
    }

    /**
     * Takes a connected socket, which is closed when this fails; the caller starts what it gets.
     *
     * @param prepare what is to be set before the library looks at it
     */
    SocketIo take(SocketChannel socket, Consumer<SocketIo> prepare) throws IOException {
        try {
            socket.setOption(StandardSocketOptions.TCP_NODELAY, true); // else a small packet may wait for 40 ms
            socket.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
            SocketIo session = new SocketIo(this, handler, socket);
            sessions.put(session.getId(), session);
            prepare.accept(session);
            begin(session);
            return session;
        } catch (IOException | RuntimeException failed) {
            socket.close();
            throw failed;
        }
    }

    private void begin(SocketIo session) throws IOException {
        try {
            handler.sessionCreated(session);
        } catch (Exception failed) {
            session.close(true);
            throw failed instanceof IOException broken ? broken : new IOException(failed.getMessage(), failed);
        }
        if (isClosing()) {
            session.close(true);
        }
    }

    void ended(SocketIo session) {
        sessions.remove(session.getId());
    }

    @Override
    public Map<Long, IoSession> getManagedSessions() {
        return Map.copyOf(sessions);
    }

    @Override
    public @Nullable IoServiceEventListener getIoServiceEventListener() {
        return listener;
    }

    @Override
    public void setIoServiceEventListener(@Nullable IoServiceEventListener listener) {
        this.listener = listener;
    }

    @Override
    protected void doCloseImmediately() {
        sessions.values().forEach(session -> session.close(true));
        super.doCloseImmediately();
    }
}
