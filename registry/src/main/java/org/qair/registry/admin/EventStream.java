package org.qair.registry.admin;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.LinkedBlockingQueue;
import org.qair.channel.unix.Bytes;
import org.qair.channel.unix.Deadline;
import org.qair.registry.Registry;

/** One listener's events on their way to its socket. */
final class EventStream {
    /** Who is this many events behind is cut off. */
    private static final int MOST_WAITING = 10_000;

    private EventStream() {}

    /** Sends events until the listener leaves, falls behind, or the server closes. */
    static void serve(SocketChannel channel, AdminEvents events, Duration patience)
            throws IOException, InterruptedException {
        LinkedBlockingQueue<AdminEvent> waiting = new LinkedBlockingQueue<>(MOST_WAITING);
        Registry.Subscription subscription = events.subscribe(event -> {
            if (!waiting.offer(event)) {
                closeQuietly(channel);
            }
        });
        try (subscription) {
            send(channel, AdminEvent.CONNECTED, patience);
            while (channel.isOpen()) {
                send(channel, waiting.take(), patience);
            }
        }
    }

    private static void send(SocketChannel channel, AdminEvent event, Duration patience) throws IOException {
        try (Deadline _ = new Deadline(patience, channel)) {
            Bytes.writeFully(channel, AdminWire.encode(event));
        }
    }

    private static void closeQuietly(SocketChannel channel) {
        try {
            channel.close();
        } catch (IOException alreadyGone) {
            return;
        }
    }
}
