package org.qair.relay.given;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketAddress;
import java.nio.channels.AsynchronousChannelGroup;
import java.nio.channels.AsynchronousServerSocketChannel;
import java.nio.channels.ServerSocketChannel;
import org.apache.sshd.common.FactoryManager;
import org.apache.sshd.common.io.IoAcceptor;
import org.apache.sshd.common.io.IoHandler;
import org.apache.sshd.common.io.IoServiceFactory;
import org.apache.sshd.common.io.IoServiceFactoryFactory;
import org.apache.sshd.common.io.nio2.Nio2Acceptor;
import org.apache.sshd.common.io.nio2.Nio2ServiceFactory;
import org.apache.sshd.common.io.nio2.Nio2ServiceFactoryFactory;
import org.apache.sshd.common.util.threads.CloseableExecutorService;

/** Makes an SSH server accept at a socket that it was given, instead of one that it opens. The socket outlives the server. */
public final class GivenSocketService extends Nio2ServiceFactory {
    private final ServerSocketChannel socket;
    /** The library's acceptor wants one; no channel is in it. */
    private final AsynchronousChannelGroup group;

    private GivenSocketService(
            FactoryManager manager,
            CloseableExecutorService workers,
            CloseableExecutorService resuming,
            ServerSocketChannel socket)
            throws IOException {
        super(manager, workers, resuming);
        this.socket = socket;
        this.group = AsynchronousChannelGroup.withThreadPool(getExecutorService());
    }

    public static IoServiceFactoryFactory of(ServerSocketChannel socket) {
        return new Nio2ServiceFactoryFactory() {
            @Override
            public IoServiceFactory create(FactoryManager manager) {
                try {
                    return new GivenSocketService(manager, newExecutor(), newExecutor(), socket);
                } catch (IOException failure) {
                    throw new UncheckedIOException(failure);
                }
            }
        };
    }

    @Override
    public IoAcceptor createAcceptor(IoHandler handler) {
        return autowireCreatedService(
                new Nio2Acceptor(this, getFactoryManager(), handler, group, getExecutorService()) {
                    @Override
                    protected AsynchronousServerSocketChannel openAsynchronousServerSocketChannel(
                            SocketAddress address, AsynchronousChannelGroup unused) throws IOException {
                        return new ListeningSocket(socket);
                    }
                });
    }

    @Override
    protected void doCloseImmediately() {
        group.shutdown();
        super.doCloseImmediately();
    }
}
