package org.qair.relay.socket;

import java.nio.channels.ServerSocketChannel;
import java.util.Optional;
import org.apache.sshd.common.Factory;
import org.apache.sshd.common.FactoryManager;
import org.apache.sshd.common.io.IoServiceFactory;
import org.apache.sshd.common.io.IoServiceFactoryFactory;
import org.apache.sshd.common.util.threads.CloseableExecutorService;

/**
 * Where the SSH library gets its network connections from. Its own ones wake a thread of a pool for each packet that is written and two
 * for each that is read; these wake one for what is read. Immutable.
 */
public final class SocketServices implements IoServiceFactoryFactory {
    private final Optional<ServerSocketChannel> given;

    private SocketServices(Optional<ServerSocketChannel> given) {
        this.given = given;
    }

    /** Connects to where it is told, and listens at sockets that it opens. */
    public static SocketServices open() {
        return new SocketServices(Optional.empty());
    }

    /**
     * Accepts at a socket that somebody else listens at for us, whatever address the library names. The socket stays open at the end: it
     * belongs to that one, who goes on listening, and the JDK would take standard output away with an inherited one.
     */
    public static SocketServices acceptingAt(ServerSocketChannel socket) {
        return new SocketServices(Optional.of(socket));
    }

    @Override
    public IoServiceFactory create(FactoryManager manager) {
        return new ServiceFactory(given);
    }

    /** No executor is wanted: the threads of connections are their own. */
    @Override
    public void setExecutorServiceFactory(Factory<CloseableExecutorService> factory) {}
}
