package org.qair.host.agents;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.WritableByteChannel;
import org.qair.call.Streams;
import org.qair.channel.CallerChannel;
import org.qair.channel.Handshake;
import org.qair.channel.PassingInput;
import org.qair.protocol.Limits;

/**
 * Copies between a caller's streams and a data channel whose other end runs what was called; outside the heap, and without a thread in
 * between (decision 0072), where the streams can be passed on.
 */
final class StreamCopy {
    private static final int EXIT_CODES = 0xff;
    private static final int SMALLEST = 1024;

    private final Streams streams;

    StreamCopy(Streams streams) {
        this.streams = streams;
    }

    /**
     * Exchanges {@code HELLO}s and copies until the exit code comes. The channel is closed when this returns or throws, and nothing is
     * left running, but that input which is passed on is received, and dropped, to its end.
     *
     * @throws IOException when either side is gone before
     */
    int run(SocketChannel connection) throws IOException, InterruptedException {
        try (connection) {
            CallerChannel channel = CallerChannel.open(connection, Handshake.exchange(connection), streams.stderr());
            Thread sending = Thread.ofVirtual().name("stdin").start(() -> send(channel));
            try {
                receive(channel);
                return channel.exitCode() & EXIT_CODES;
            } finally {
                connection.close();
                streams.stdin().close();
                if (!(streams.stdin() instanceof PassingInput)) {
                    join(sending);
                }
            }
        }
    }

    private void receive(CallerChannel channel) throws IOException {
        try (OutputStream to = streams.stdout()) {
            if (to instanceof WritableByteChannel sink) {
                copy(channel.output(), sink);
            } else {
                copy(channel.stdout(), to);
            }
        }
    }

    private void send(CallerChannel channel) {
        try (InputStream from = streams.stdin();
                OutputStream to = channel.stdin()) {
            if (from instanceof PassingInput received && to instanceof WritableByteChannel sink) {
                received.passTo(sink);
            } else {
                copy(from, to);
            }
        } catch (IOException ended) {
            // the other end takes no more, or the caller is gone: whoever receives sees that too
        }
    }

    private static void copy(InputStream from, OutputStream to) throws IOException {
        byte[] buffer = new byte[Limits.CHUNK];
        for (int read = from.read(buffer); read >= 0; read = from.read(buffer)) {
            to.write(buffer, 0, read);
            to.flush();
        }
    }

    /** The buffer is small until the data come fast. */
    private static void copy(ReadableByteChannel from, WritableByteChannel to) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            ByteBuffer buffer = arena.allocate(SMALLEST).asByteBuffer();
            while (from.read(buffer) >= 0) {
                boolean full = !buffer.hasRemaining();
                buffer.flip();
                while (buffer.hasRemaining()) {
                    to.write(buffer);
                }
                buffer = full && buffer.capacity() < Limits.CHUNK
                        ? arena.allocate(buffer.capacity() * 4L).asByteBuffer()
                        : buffer.clear();
            }
        }
    }

    /** It ends at once, since both its ends are closed; an interrupt is kept for later. */
    private static void join(Thread sending) throws InterruptedException {
        boolean interrupted = Thread.interrupted();
        sending.join();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
