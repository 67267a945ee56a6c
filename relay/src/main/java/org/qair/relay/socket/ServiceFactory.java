package org.qair.relay.socket;

import java.nio.channels.ServerSocketChannel;
import java.util.Optional;
import org.apache.sshd.common.io.IoAcceptor;
import org.apache.sshd.common.io.IoConnector;
import org.apache.sshd.common.io.IoHandler;
import org.apache.sshd.common.io.IoServiceEventListener;
import org.apache.sshd.common.io.IoServiceFactory;
import org.apache.sshd.common.util.closeable.AbstractCloseable;
import org.jspecify.annotations.Nullable;

/** Makes the acceptor of a server, or the connector of a client. */
final class ServiceFactory extends AbstractCloseable implements IoServiceFactory {
    private final Optional<ServerSocketChannel> given;
    private volatile @Nullable IoServiceEventListener listener;

    ServiceFactory(Optional<ServerSocketChannel> given) {
        this.given = given;
    }

    @Override
    public IoConnector createConnector(IoHandler handler) {
        return new SocketConnector(handler);
    }

    @Override
    public IoAcceptor createAcceptor(IoHandler handler) {
        return new SocketAcceptor(handler, given);
    }

    @Override
    public @Nullable IoServiceEventListener getIoServiceEventListener() {
        return listener;
    }

    @Override
    public void setIoServiceEventListener(@Nullable IoServiceEventListener listener) {
        this.listener = listener;
    }
}
