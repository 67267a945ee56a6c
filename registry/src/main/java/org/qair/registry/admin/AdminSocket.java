package org.qair.registry.admin;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import org.qair.channel.unix.Bytes;
import org.qair.channel.unix.Deadline;
import org.qair.channel.unix.SocketFile;
import org.qair.channel.unix.UnixServer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The Admin API on a Unix socket, as {@code qubesd} serves it: one request a connection. Who may connect may do everything,
 * in any qube's name: the socket's permissions are the protection.
 */
public final class AdminSocket implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AdminSocket.class);

    /** How long a request may take to come, and an answer to be read. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Admin admin;
    private final Duration patience;
    private final UnixServer server;

    private AdminSocket(SocketFile file, Admin admin, Duration patience) throws IOException {
        this.admin = admin;
        this.patience = patience;
        this.server = UnixServer.open(file, this::serve);
    }

    /** Makes the socket and answers on it until {@link #close}. */
    public static AdminSocket open(SocketFile file, Admin admin) throws IOException {
        return new AdminSocket(file, admin, PATIENCE);
    }

    static AdminSocket open(SocketFile file, Admin admin, Duration patience) throws IOException {
        return new AdminSocket(file, admin, patience);
    }

    private void serve(SocketChannel channel) throws IOException, InterruptedException {
        AdminCall call;
        try {
            call = AdminWire.decodeRequest(request(channel));
        } catch (IOException broken) {
            LOG.warn("a request on {} is closed without an answer: {}", server.path(), broken.getMessage());
            return;
        }
        switch (admin.handle(call)) {
            case AdminAnswer.Ok ok -> send(channel, AdminWire.encode(ok));
            case AdminAnswer.Failure failure -> {
                LOG.info("a call of {} is refused: {}: {}", call.source(), failure.type(), failure.message());
                send(channel, AdminWire.encode(failure));
            }
            case AdminAnswer.Malformed malformed ->
                LOG.warn("a call of {} is closed without an answer: {}", call.source(), malformed.reason());
            case AdminAnswer.Events events -> EventStream.serve(events.events(), event -> send(channel, event));
        }
    }

    private byte[] request(SocketChannel channel) throws IOException {
        try (Deadline deadline = new Deadline(patience, channel)) {
            try {
                return Bytes.readAll(channel, AdminWire.MAX_REQUEST);
            } catch (IOException failed) {
                throw deadline.expired()
                        ? new IOException("no whole request came within %d ms".formatted(patience.toMillis()), failed)
                        : failed;
            }
        }
    }

    private void send(SocketChannel channel, byte[] bytes) throws IOException {
        try (Deadline _ = new Deadline(patience, channel)) {
            Bytes.writeFully(channel, bytes);
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
