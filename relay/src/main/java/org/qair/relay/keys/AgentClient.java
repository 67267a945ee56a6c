package org.qair.relay.keys;

import java.io.EOFException;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import org.apache.sshd.agent.common.AbstractAgentProxy;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.common.util.buffer.ByteArrayBuffer;

/**
 * An {@code ssh-agent} behind its Unix socket, one connection a question. An agent that does not answer in time is like one
 * that is not there. Stateless.
 */
final class AgentClient extends AbstractAgentProxy {
    private static final int LARGEST_ANSWER = 256 * 1024;

    private final Path socket;
    private final Duration patience;

    AgentClient(Path socket, Duration patience) {
        super(null);
        this.socket = socket;
        this.patience = patience;
    }

    @Override
    public boolean isOpen() {
        return true;
    }

    @Override
    protected Buffer request(Buffer question) throws IOException {
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            Thread watch = Thread.ofVirtual().name("ssh-agent-watch").start(() -> closeLater(channel));
            try {
                ByteBuffer bytes = ByteBuffer.wrap(question.array(), question.rpos(), question.available());
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
                return answer(channel);
            } finally {
                watch.interrupt();
            }
        } catch (IOException | RuntimeException e) {
            throw new IOException("agent `%s`: %s".formatted(socket, reason(e)), e);
        }
    }

    private Buffer answer(SocketChannel channel) throws IOException {
        int length = read(channel, Integer.BYTES).getInt();
        if (length < 1 || length > LARGEST_ANSWER) {
            throw new IOException("an answer of %d bytes is not read".formatted(length));
        }
        return new ByteArrayBuffer(read(channel, length).array());
    }

    private static ByteBuffer read(SocketChannel channel, int count) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(count);
        while (bytes.hasRemaining()) {
            if (channel.read(bytes) < 0) {
                throw new EOFException("closed before its answer was whole");
            }
        }
        return bytes.flip();
    }

    private void closeLater(SocketChannel channel) {
        try {
            Thread.sleep(patience);
            channel.close();
        } catch (InterruptedException | IOException answered) {
            log.trace("{}: answered", socket);
        }
    }

    private String reason(Exception failure) {
        return failure instanceof ClosedChannelException
                ? "no answer in " + patience
                : String.valueOf(failure.getMessage());
    }
}
