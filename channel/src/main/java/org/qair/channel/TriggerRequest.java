package org.qair.channel;

import java.io.EOFException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import org.qair.channel.unix.Bytes;
import org.qair.channel.unix.Deadline;
import org.qair.protocol.Header;
import org.qair.protocol.Limits;
import org.qair.protocol.Message;
import org.qair.protocol.ProtocolException;
import org.qair.protocol.TriggerService;

/** Reads the one request of a connection to a trigger socket. */
public final class TriggerRequest {
    private TriggerRequest() {}

    /**
     * Waits for it.
     *
     * @throws ProtocolException when something else came
     * @throws SocketTimeoutException when it did not come whole within {@code limit}
     */
    public static TriggerService read(SocketChannel connection, Duration limit) throws IOException {
        try (Deadline deadline = new Deadline(limit, connection)) {
            try {
                return read(connection);
            } catch (IOException failure) {
                throw deadline.expired()
                        ? new SocketTimeoutException("no whole request came within %d s".formatted(limit.toSeconds()))
                        : failure;
            }
        }
    }

    private static TriggerService read(SocketChannel connection) throws IOException {
        ByteBuffer head = ByteBuffer.allocate(Limits.HEADER);
        if (!Bytes.readFully(connection, head)) {
            throw new EOFException("the caller sent no request");
        }
        Header header = Header.decode(head.flip(), Limits.CHUNK);
        switch (header.type()) {
            case TRIGGER_SERVICE, TRIGGER_SERVICE3, TRIGGER_SERVICE4 -> {}
            default -> throw new ProtocolException("a caller sent %s to a trigger socket".formatted(header.type()));
        }
        byte[] body = new byte[header.length()];
        if (!Bytes.readFully(connection, ByteBuffer.wrap(body))) {
            throw new EOFException("the caller closed its connection within a request");
        }
        return (TriggerService) Message.decode(header, body);
    }
}
