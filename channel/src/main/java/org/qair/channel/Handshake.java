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
import org.qair.protocol.MessageType;
import org.qair.protocol.ProtocolException;
import org.qair.protocol.ProtocolVersion;

/** The {@code HELLO}s of a data channel: each side sends its own at once, then reads the other's. */
public final class Handshake {
    /** How long the peer's {@code HELLO} may take. */
    public static final Duration LIMIT = Duration.ofSeconds(30);

    private Handshake() {}

    /**
     * Exchanges them.
     *
     * @return the version that both speak: 2, 3 or 4
     * @throws ProtocolException when the peer sent something else, or speaks no version that is spoken here
     */
    public static int exchange(SocketChannel channel) throws IOException {
        return within(channel, () -> {
            sendOurs(channel);
            return versionOf(channel);
        });
    }

    /** Ours alone, for whoever has something else to send with it; {@link #awaitTheirs} is the rest of the exchange. */
    static ByteBuffer ours() {
        return ByteBuffer.wrap(new Message.Hello(ProtocolVersion.NEWEST).encode());
    }

    /** What {@link #exchange} does once ours is sent. */
    static int awaitTheirs(SocketChannel channel) throws IOException {
        return within(channel, () -> versionOf(channel));
    }

    /** The daemon's way on a control channel: the other's first, then ours. */
    static int answer(SocketChannel channel) throws IOException {
        return within(channel, () -> {
            int version = versionOf(channel);
            sendOurs(channel);
            return version;
        });
    }

    private interface Exchange {
        int run() throws IOException;
    }

    private static int within(SocketChannel channel, Exchange exchange) throws IOException {
        try (Deadline deadline = new Deadline(LIMIT, channel)) {
            try {
                return exchange.run();
            } catch (IOException failure) {
                throw deadline.expired()
                        ? new SocketTimeoutException("the peer sent no HELLO within %d s".formatted(LIMIT.toSeconds()))
                        : failure;
            }
        }
    }

    private static void sendOurs(SocketChannel channel) throws IOException {
        Bytes.writeFully(channel, ours());
    }

    /** Receives theirs; what both speak. */
    private static int versionOf(SocketChannel channel) throws IOException {
        return ProtocolVersion.choose(ProtocolVersion.NEWEST, receive(channel));
    }

    private static int receive(SocketChannel channel) throws IOException {
        ByteBuffer head = ByteBuffer.allocate(Limits.HEADER);
        if (!Bytes.readFully(channel, head)) {
            throw new EOFException("the peer closed the channel before its HELLO");
        }
        Header header = Header.decode(head.flip(), Limits.CHUNK_V2);
        if (header.type() != MessageType.HELLO) {
            throw new ProtocolException("the peer sent %s before its HELLO".formatted(header.type()));
        }
        byte[] body = new byte[header.length()];
        if (!Bytes.readFully(channel, ByteBuffer.wrap(body))) {
            throw new EOFException("the peer closed the channel within its HELLO");
        }
        return ((Message.Hello) Message.decode(header, body)).version();
    }
}
