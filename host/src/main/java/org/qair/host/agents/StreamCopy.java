package org.qair.host.agents;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.SocketChannel;
import org.qair.call.Streams;
import org.qair.channel.CallerChannel;
import org.qair.channel.Handshake;
import org.qair.protocol.Limits;

/** Copies between a caller's streams and a data channel whose other end runs what was called. */
final class StreamCopy {
    private static final int EXIT_CODES = 0xff;

    private final Streams streams;

    StreamCopy(Streams streams) {
        this.streams = streams;
    }

    /**
     * Exchanges {@code HELLO}s and copies until the exit code comes. The channel is closed and nothing is left running when this
     * returns or throws.
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
                join(sending);
            }
        }
    }

    private void receive(CallerChannel channel) throws IOException {
        InputStream from = channel.stdout();
        byte[] buffer = new byte[Limits.CHUNK];
        try (OutputStream to = streams.stdout()) {
            for (int read = from.read(buffer); read >= 0; read = from.read(buffer)) {
                to.write(buffer, 0, read);
                to.flush();
            }
        }
    }

    private void send(CallerChannel channel) {
        byte[] buffer = new byte[Limits.CHUNK];
        try (InputStream from = streams.stdin();
                OutputStream to = channel.stdin()) {
            for (int read = from.read(buffer); read >= 0; read = from.read(buffer)) {
                to.write(buffer, 0, read);
            }
        } catch (IOException ended) {
            // the other end takes no more, or the caller is gone: whoever receives sees that too
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
