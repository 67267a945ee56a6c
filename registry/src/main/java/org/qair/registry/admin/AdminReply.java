package org.qair.registry.admin;

import java.io.IOException;
import java.io.OutputStream;

/**
 * An answer as a caller over qrexec gets it on its stdout: the bytes of the socket. For hosts that offer {@code admin.*} as
 * services of dom0; the call's source is then the qube that policy has judged.
 */
public final class AdminReply {
    private AdminReply() {}

    /**
     * Writes the answer and flushes it. Events are written until the thread is interrupted, the stream fails, or its reader is
     * 10,000 events or 8 MiB behind.
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
            case AdminAnswer.Events events -> EventStream.serve(events.events(), event -> write(event, out));
        }
        return true;
    }

    private static void write(byte[] bytes, OutputStream out) throws IOException {
        out.write(bytes);
        out.flush();
    }
}
