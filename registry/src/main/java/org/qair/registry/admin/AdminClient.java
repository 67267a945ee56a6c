package org.qair.registry.admin;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import org.qair.channel.unix.Bytes;
import org.qair.channel.unix.Deadline;
import org.qair.channel.unix.UnixPaths;

/** The Admin API of a running host (or of a {@code qubesd}), through its socket; one connection a call. */
public final class AdminClient implements Admin {
    /** An answer may list every qube of a large host. */
    private static final int MAX_ANSWER = 64 * 1024 * 1024;

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Path socket;
    private final int longest;

    private AdminClient(Path socket, int longest) {
        this.socket = socket;
        this.longest = longest;
    }

    /** Of {@code qubesd.sock}. */
    public AdminClient(Path socket) {
        this(socket, AdminWire.MAX_REQUEST);
    }

    /** Of {@code qubesd.internal.sock}. */
    public static AdminClient internal(Path socket) {
        return new AdminClient(socket, AdminWire.MAX_INTERNAL_REQUEST);
    }

    /**
     * {@inheritDoc} A stream of events is not for this method.
     *
     * @throws IOException when the host is not running ({@link java.net.ConnectException}, or a {@link
     *     java.net.SocketException} when there is no socket), does not answer within a minute, or answers what is no answer
     */
    @Override
    public AdminAnswer handle(AdminCall call) throws IOException {
        byte[] request = AdminWire.encodeRequest(call);
        if (request.length > longest) {
            throw new IOException("the request has more than %d bytes".formatted(longest));
        }
        try (SocketChannel channel = UnixPaths.connect(socket)) {
            return AdminWire.decodeAnswer(Deadline.within(PATIENCE, channel, "the host did not answer", () -> {
                Bytes.writeFully(channel, request);
                channel.shutdownOutput();
                return Bytes.readAll(channel, MAX_ANSWER);
            }));
        }
    }
}
