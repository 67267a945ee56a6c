package org.qair.registry.admin;

import java.io.IOException;
import org.qair.registry.Registry;

/** One listener's events on their way to it. */
final class EventStream {
    private EventStream() {}

    /** Takes the bytes of one event; blocks while the listener does not read. */
    @FunctionalInterface
    interface Sink {
        void send(byte[] event) throws IOException;
    }

    /**
     * Sends events until the thread is interrupted.
     *
     * @throws IOException when the listener is gone, or too far behind
     */
    static void serve(AdminEvents events, Sink sink) throws IOException, InterruptedException {
        EventQueue waiting = new EventQueue();
        try (Registry.Subscription _ = events.subscribe(waiting::add)) {
            sink.send(AdminWire.encode(AdminEvent.CONNECTED));
            while (true) {
                sink.send(AdminWire.encode(waiting.take()));
            }
        }
    }
}
