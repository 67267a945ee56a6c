package org.qair.registry.admin;

import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.qair.registry.Registry;

/**
 * An answer as a caller over qrexec gets it on its stdout: the bytes of the socket. For hosts that offer {@code admin.*} as
 * services of dom0; the call's source is then the qube that policy has judged.
 */
public final class AdminReply {
    private static final int MOST_WAITING = 10_000;

    private AdminReply() {}

    /**
     * Writes the answer and flushes it. Events are written until the thread is interrupted, the stream fails, or its reader is
     * 10,000 events behind.
     *
     * @return false when the call made no sense, and so nothing was written
     */
    public static boolean write(AdminAnswer answer, OutputStream out) throws IOException, InterruptedException {
        switch (answer) {
            case AdminAnswer.Ok ok -> write(AdminWire.encode(ok), out);
            case AdminAnswer.Failure failure -> write(AdminWire.encode(failure), out);
            case AdminAnswer.Malformed malformed -> {
                return false;
            }
            case AdminAnswer.Events events -> writeEvents(events.events(), out);
        }
        return true;
    }

    private static void writeEvents(AdminEvents events, OutputStream out) throws IOException, InterruptedException {
        LinkedBlockingQueue<AdminEvent> waiting = new LinkedBlockingQueue<>(MOST_WAITING);
        AtomicBoolean behind = new AtomicBoolean();
        try (Registry.Subscription _ = events.subscribe(event -> {
            if (!waiting.offer(event)) {
                behind.set(true);
            }
        })) {
            write(AdminWire.encode(AdminEvent.CONNECTED), out);
            while (!behind.get()) {
                write(AdminWire.encode(waiting.take()), out);
            }
            throw new IOException("a listener for events is %d events behind".formatted(MOST_WAITING));
        }
    }

    private static void write(byte[] bytes, OutputStream out) throws IOException {
        out.write(bytes);
        out.flush();
    }
}
