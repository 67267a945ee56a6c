package org.qair.host.metrics;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import org.qair.channel.unix.Bytes;
import org.qair.channel.unix.Deadline;
import org.qair.channel.unix.SocketFile;
import org.qair.channel.unix.UnixServer;

/**
 * Where the host's owner reads the metrics by HTTP on a Unix socket, which the JDK's server cannot listen on: one request a connection,
 * {@code GET /metrics}, of at most {@link #LONGEST} bytes, read and answered within ten seconds, sixteen at once.
 */
public final class MetricsSocket implements AutoCloseable {
    /** A request's head in bytes. */
    static final int LONGEST = 8_192;

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final int AT_ONCE = 16;

    private final Metrics metrics;
    private final Duration patience;
    private final Semaphore free = new Semaphore(AT_ONCE);
    private final UnixServer server;

    private MetricsSocket(SocketFile file, Metrics metrics, Duration patience) throws IOException {
        this.metrics = metrics;
        this.patience = patience;
        this.server = UnixServer.open(file, this::serve);
    }

    /** Listens from the moment this returns. */
    public static MetricsSocket open(SocketFile file, Metrics metrics) throws IOException {
        return open(file, metrics, PATIENCE);
    }

    static MetricsSocket open(SocketFile file, Metrics metrics, Duration patience) throws IOException {
        return new MetricsSocket(file, metrics, patience);
    }

    private void serve(SocketChannel channel) throws IOException {
        if (!free.tryAcquire()) {
            return;
        }
        try (Deadline _ = new Deadline(patience, channel)) {
            Optional<String> head = head(Channels.newInputStream(channel));
            Bytes.writeFully(channel, response(answer(head)));
        } finally {
            free.release();
        }
    }

    private ScrapeAnswer answer(Optional<String> head) {
        String[] words = head.map(text -> text.lines().findFirst().orElse("").split(" ", -1))
                .orElse(new String[0]);
        return words.length == 3 && words[2].startsWith("HTTP/1.")
                ? ScrapeAnswer.to(words[0], words[1], true, metrics)
                : ScrapeAnswer.error(400, "Bad Request", "this is no request of HTTP/1 of at most 8 KiB");
    }

    /** What stands before the empty line; empty when none comes. */
    static Optional<String> head(InputStream input) throws IOException {
        ByteArrayOutputStream read = new ByteArrayOutputStream();
        boolean lineIsEmpty = false;
        while (read.size() < LONGEST) {
            int next = input.read();
            if (next < 0) {
                return Optional.empty();
            }
            if (next == '\n' && lineIsEmpty) {
                return Optional.of(read.toString(StandardCharsets.ISO_8859_1));
            }
            lineIsEmpty = next == '\n' || (next == '\r' && lineIsEmpty);
            read.write(next);
        }
        return Optional.empty();
    }

    private static ByteBuffer response(ScrapeAnswer answer) {
        byte[] body = answer.bytes();
        String head = "HTTP/1.1 %d %s\r\nContent-Type: %s\r\nContent-Length: %d\r\nConnection: close\r\n\r\n"
                .formatted(answer.status(), answer.reason(), answer.contentType(), body.length);
        byte[] first = head.getBytes(StandardCharsets.ISO_8859_1);
        return ByteBuffer.allocate(first.length + body.length)
                .put(first)
                .put(body)
                .flip();
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
