package org.qair.relay.socket;

import java.io.IOException;
import java.net.SocketAddress;
import java.nio.channels.SocketChannel;
import org.apache.sshd.common.AttributeRepository;
import org.apache.sshd.common.io.DefaultIoConnectFuture;
import org.apache.sshd.common.io.IoConnectFuture;
import org.apache.sshd.common.io.IoConnector;
import org.apache.sshd.common.io.IoHandler;
import org.jspecify.annotations.Nullable;

/** Connects, each time in a virtual thread that waits for it. */
final class SocketConnector extends SocketService implements IoConnector {
    SocketConnector(IoHandler handler) {
        super(handler);
    }

    @Override
    public IoConnectFuture connect(
            SocketAddress remote, @Nullable AttributeRepository context, @Nullable SocketAddress local) {
        IoConnectFuture future = new DefaultIoConnectFuture(remote, null);
        try {
            SocketChannel socket = SocketChannel.open();
            future.addListener(done -> closeUnlessWanted(done, socket));
            Thread.ofVirtual()
                    .name("ssh-connect " + remote)
                    .start(() -> connect(socket, remote, context, local, future));
        } catch (IOException failure) {
            future.setException(failure);
        }
        return future;
    }

    /** Ends the wait of the one that connects. */
    private void closeUnlessWanted(IoConnectFuture future, SocketChannel socket) {
        if (!future.isConnected()) {
            try {
                socket.close();
            } catch (IOException failure) {
                log.debug("closing a connection that nobody waits for: {}", failure.getMessage());
            }
        }
    }

    private void connect(
            SocketChannel socket,
            SocketAddress remote,
            @Nullable AttributeRepository context,
            @Nullable SocketAddress local,
            IoConnectFuture future) {
        try {
            if (local != null) {
                socket.bind(local);
            }
            socket.connect(remote);
            SocketIo session = take(socket, begun -> {
                if (context != null) {
                    begun.setAttribute(AttributeRepository.class, context);
                }
            });
            future.setSession(session);
            if (future.isConnected()) {
                session.start();
            } else {
                session.close(true); // nobody waits for it any more
            }
        } catch (IOException | RuntimeException failure) {
            future.setException(failure);
        }
    }
}
