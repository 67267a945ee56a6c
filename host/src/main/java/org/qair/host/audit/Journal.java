package org.qair.host.audit;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.qair.host.audit.AuditRecord.Outcome;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends each finished call to systemd's journal in its native format, with every field of the audit's JSON as {@code QAIR_…}:
 * {@code journalctl -t qair QAIR_DECISION=deny}. Never waits: what the journal does not take at once is left out, which is logged; the
 * audit itself has it. Safe for use by many threads.
 */
public final class Journal implements AutoCloseable {
    /** What all entries have in common, for {@code journalctl MESSAGE_ID=…}. */
    private static final String MESSAGE_ID = "7f0c6f2d0f1b4bd1a7cf6a2a3b1f9c52";
    /** A datagram is to stay far under the usual limit of 212,992 bytes; only a service's argument can be as long. */
    private static final int LONGEST_VALUE = 8 * 1024;

    private static final Logger LOG = LoggerFactory.getLogger(Journal.class);
    private static final String INFO = "6";
    private static final String NOTICE = "5";

    private final Datagrams socket;
    private final AtomicLong leftOut = new AtomicLong();

    private Journal(Datagrams socket) {
        this.socket = socket;
    }

    /** Opens a way to the journal that listens at {@code path}, now or later. */
    public static Journal open(Path path) throws IOException {
        return new Journal(Datagrams.to(path));
    }

    /** Sends one. */
    public void send(AuditRecord call) {
        if (!socket.send(entry(call)) && leftOut.getAndIncrement() % 1000 == 0) {
            LOG.warn("call {} is not in the journal, which does not take it; the audit has it", call.id());
        }
    }

    private static byte[] entry(AuditRecord call) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        field(out, "MESSAGE", AuditText.of(call));
        field(out, "MESSAGE_ID", MESSAGE_ID);
        field(out, "SYSLOG_IDENTIFIER", "qair");
        field(out, "PRIORITY", isCompleted(call) ? INFO : NOTICE);
        for (Map.Entry<String, @Nullable Object> one : AuditJson.fields(call).entrySet()) {
            if (one.getValue() != null) {
                field(
                        out,
                        "QAIR_" + one.getKey().toUpperCase(Locale.ROOT),
                        one.getValue().toString());
            }
        }
        return out.toByteArray();
    }

    private static boolean isCompleted(AuditRecord call) {
        return call.end().map(AuditRecord.End::outcome).orElse(Outcome.LOST) == Outcome.COMPLETED;
    }

    /** In the form with a length, in which a value may hold anything, so that no value can begin another field. */
    private static void field(ByteArrayOutputStream out, String name, String value) {
        byte[] bytes =
                value.substring(0, Math.min(value.length(), LONGEST_VALUE)).getBytes(StandardCharsets.UTF_8);
        out.writeBytes((name + "\n").getBytes(StandardCharsets.US_ASCII));
        out.writeBytes(ByteBuffer.allocate(Long.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(bytes.length)
                .array());
        out.writeBytes(bytes);
        out.write('\n');
    }

    @Override
    public void close() {
        socket.close();
    }
}
