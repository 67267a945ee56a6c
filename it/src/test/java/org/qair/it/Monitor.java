package org.qair.it;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.qair.channel.SocketVchan;
import org.qair.channel.Vchan;
import org.qair.channel.unix.Bytes;

/**
 * What Firecracker and Cloud Hypervisor do between a guest's AF_VSOCK and the host's Unix sockets, with a directory of socket vchans
 * in the place of the guest's side: {@code CONNECT PORT} at the one socket, and {@code _PORT} for what the guest connects to.
 */
final class Monitor implements AutoCloseable {
    private static final int DOMAIN = 1;

    private final Path socket;
    private final Vchan ports;
    private final ServerSocketChannel server;

    Monitor(Path socket, Path guest) throws IOException {
        this.socket = socket;
        this.ports = SocketVchan.in(Files.createDirectories(guest));
        this.server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(socket));
        Thread.ofVirtual().start(this::serve);
    }

    /** What a program in the guest sees. */
    Vchan guest() {
        return new Vchan() {
            @Override
            public Listener listen(int server, int client, int port) throws IOException {
                return ports.listen(DOMAIN, 0, port);
            }

            @Override
            public SocketChannel connect(int server, int client, int port, Duration limit) throws IOException {
                return SocketChannel.open(
                        UnixDomainSocketAddress.of(socket.resolveSibling(socket.getFileName() + "_" + port)));
            }
        };
    }

    private void serve() {
        try {
            while (true) {
                SocketChannel connection = server.accept();
                Thread.ofVirtual().start(() -> connect(connection));
            }
        } catch (IOException closed) {
            // the machine is off
        }
    }

    private void connect(SocketChannel connection) {
        try (connection) {
            String line = line(connection);
            int port = Integer.parseInt(line.substring("CONNECT ".length()));
            try (SocketChannel inside = ports.connect(DOMAIN, 0, port, Duration.ZERO)) {
                Bytes.writeFully(connection, "OK 1073741824\n".getBytes(US_ASCII));
                Thread up = Thread.ofVirtual().start(() -> copy(connection, inside));
                copy(inside, connection);
                up.join();
            }
        } catch (IOException | InterruptedException nobodyListens) {
            // the connection is closed, which says so
        }
    }

    private static String line(SocketChannel connection) throws IOException {
        StringBuilder line = new StringBuilder();
        ByteBuffer one = ByteBuffer.allocate(1);
        while (connection.read(one.clear()) > 0 && one.get(0) != '\n') {
            line.append((char) one.get(0));
        }
        return line.toString();
    }

    private static void copy(SocketChannel from, SocketChannel to) {
        try {
            InputStream input = Channels.newInputStream(from);
            OutputStream output = Channels.newOutputStream(to);
            input.transferTo(output);
            to.shutdownOutput();
        } catch (IOException broken) {
            try (from;
                    to) {
                // both ends see it
            } catch (IOException already) {
                // closed
            }
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
