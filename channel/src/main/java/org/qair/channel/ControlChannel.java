package org.qair.channel;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.qair.channel.unix.Bytes;
import org.qair.protocol.Header;
import org.qair.protocol.Limits;
import org.qair.protocol.Message;
import org.qair.protocol.MessageType;
import org.qair.protocol.ProtocolException;
import org.qair.protocol.ProtocolVersion;

/**
 * The control channel between an agent and its daemon, on port 512: whole messages in both directions. The agent is the vchan
 * server and says {@code HELLO} first. One thread receives, any thread sends.
 */
public final class ControlChannel implements AutoCloseable {
    private final SocketChannel channel;
    private final int version;
    private final ReentrantLock sending = new ReentrantLock();
    private long received;

    private ControlChannel(SocketChannel channel, int version) {
        this.channel = channel;
        this.version = version;
    }

    /** The agent's side of a connected vchan: sends the first {@code HELLO}, receives the daemon's. */
    public static ControlChannel asAgent(SocketChannel channel) throws IOException {
        return new ControlChannel(channel, Handshake.exchange(channel));
    }

    /** The daemon's side: receives the agent's {@code HELLO} and answers it. */
    public static ControlChannel asDaemon(SocketChannel channel) throws IOException {
        return new ControlChannel(channel, Handshake.answer(channel));
    }

    /** What both speak: 2, 3 or 4. */
    public int version() {
        return version;
    }

    /** The bytes of the messages that were received whole: where the one begins that {@link #receive} throws on. For its thread. */
    public long received() {
        return received;
    }

    /** Sends one message whole. */
    public void send(Message message) throws IOException {
        sending.lock();
        try {
            Bytes.writeFully(channel, ByteBuffer.wrap(message.encode()));
        } finally {
            sending.unlock();
        }
    }

    /**
     * Waits for the next message; empty when the peer has closed the channel.
     *
     * @throws ProtocolException when it is none, or one that belongs on a data channel
     */
    public Optional<Message> receive() throws IOException {
        ByteBuffer head = ByteBuffer.allocate(Limits.HEADER);
        if (!Bytes.readFully(channel, head)) {
            return Optional.empty();
        }
        Header header = Header.decode(head.flip(), ProtocolVersion.maxChunk(version));
        if (header.type().isStream() || header.type() == MessageType.DATA_EXIT_CODE) {
            throw new ProtocolException("the peer sent %s on a control channel".formatted(header.type()));
        }
        byte[] body = new byte[header.length()];
        if (!Bytes.readFully(channel, ByteBuffer.wrap(body))) {
            throw new EOFException("the peer closed the control channel within a message");
        }
        Message message = Message.decode(header, body);
        received += Limits.HEADER + header.length();
        return Optional.of(message);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
