package org.qair.bench;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A service that is a Unix socket: it reads to the end and ends. Threads of the system wait for its callers, as in a small service in C:
 * its own part in the time of a call is to be small. The last that waits leaves its caller to a virtual one. Closing it ends the listening alone.
 */
public final class SocketService implements AutoCloseable {
    private static final int BACKLOG = 4096;
    private static final int THREADS = 4;

    private final ServerSocketChannel server;
    private final AtomicInteger waiting = new AtomicInteger(THREADS);

    /** Listens there. */
    public SocketService(Path path) throws IOException {
        server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(path), BACKLOG);
        for (int i = 0; i < THREADS; i++) {
            Thread.ofPlatform().daemon().name("service").start(this::serve);
        }
    }

    private void serve() {
        try {
            while (true) {
                SocketChannel connection = server.accept();
                if (waiting.decrementAndGet() > 0) {
                    drain(connection);
                } else {
                    Thread.ofVirtual().start(() -> drain(connection));
                }
                waiting.incrementAndGet();
            }
        } catch (IOException ended) {
            // with the benchmark
        }
    }

    private static void drain(SocketChannel connection) {
        try (connection) {
            ByteBuffer dropped = ByteBuffer.allocate(1024);
            while (connection.read(dropped.clear()) >= 0) {
                // the descriptor, to the end
            }
        } catch (IOException failure) {
            System.err.println("the service: " + failure);
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
