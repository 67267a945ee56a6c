package org.qair.bench;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;

/** A service that is a Unix socket: it reads to the end and ends. Closing it ends the listening alone. */
public final class SocketService implements AutoCloseable {
    private static final int BACKLOG = 4096;

    private final ServerSocketChannel server;

    /** Listens there. */
    public SocketService(Path path) throws IOException {
        server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(path), BACKLOG);
        Thread.ofVirtual().start(this::serve);
    }

    private void serve() {
        try {
            while (true) {
                SocketChannel connection = server.accept();
                Thread.ofVirtual().start(() -> drain(connection));
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
