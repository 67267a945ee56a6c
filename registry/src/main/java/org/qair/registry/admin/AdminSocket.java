package org.qair.registry.admin;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import org.qair.channel.unix.Bytes;
import org.qair.channel.unix.Deadline;
import org.qair.channel.unix.SocketFile;
import org.qair.channel.unix.UnixServer;
import org.qair.policy.Printable;
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
    private final int longest;
    private final UnixServer server;

    private AdminSocket(SocketFile file, Admin admin, Duration patience, int longest) throws IOException {
        this.admin = admin;
        this.patience = patience;
        this.longest = longest;
        this.server = UnixServer.open(file, this::serve);
    }

    /** Makes the socket and answers on it until {@link #close}. */
    public static AdminSocket open(SocketFile file, Admin admin) throws IOException {
        return open(file, admin, PATIENCE);
    }

    /** The same for the host's own tools, whose requests may be as long as a file of qubes. */
    public static AdminSocket openInternal(SocketFile file, Admin admin) throws IOException {
        return new AdminSocket(file, admin, PATIENCE, AdminWire.MAX_INTERNAL_REQUEST);
    }

    static AdminSocket open(SocketFile file, Admin admin, Duration patience) throws IOException {
        return new AdminSocket(file, admin, patience, AdminWire.MAX_REQUEST);
    }

    private void serve(SocketChannel channel) throws IOException, InterruptedException {
        AdminCall call;
        try {
            byte[] request =
                    Deadline.within(patience, channel, "no whole request came", () -> Bytes.readAll(channel, longest));
            call = AdminWire.decodeRequest(request, longest);
        } catch (IOException broken) {
            LOG.warn("a request on {} is closed without an answer: {}", server.path(), broken.getMessage());
            return;
        }
        try {
            answer(channel, call);
        } catch (IOException gone) {
            LOG.info("{} for {} is cut off: {}", Printable.of(call.method()), call.source(), gone.getMessage());
        }
    }

    private void answer(SocketChannel channel, AdminCall call) throws IOException, InterruptedException {
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

    private void send(SocketChannel channel, byte[] bytes) throws IOException {
        Deadline.within(patience, channel, "what was sent was not read", () -> {
            Bytes.writeFully(channel, bytes);
            return bytes;
        });
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
