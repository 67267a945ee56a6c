package org.qair.host.agents;

import java.io.IOException;
import java.nio.file.Path;
import org.qair.channel.GuestSockets;
import org.qair.registry.QubeRecord;
import org.qair.registry.Registry;
import org.qair.registry.qubesdb.QubesDbSocket;

/** The QubesDB of an agent-run qube, in the directory that its container mounts: {@code qubesdb.sock} and {@code qubesdb.ro.sock}. */
final class GuestDatabase implements AutoCloseable {
    private final QubesDbSocket readWrite;
    private final QubesDbSocket readOnly;

    private GuestDatabase(QubesDbSocket readWrite, QubesDbSocket readOnly) {
        this.readWrite = readWrite;
        this.readOnly = readOnly;
    }

    static GuestDatabase open(GuestSockets guest, Registry registry, QubeRecord qube) throws IOException {
        QubesDbSocket readWrite = open(guest, "qubesdb.sock", registry, qube, false);
        try {
            return new GuestDatabase(readWrite, open(guest, "qubesdb.ro.sock", registry, qube, true));
        } catch (IOException | RuntimeException failed) {
            readWrite.close();
            throw failed;
        }
    }

    private static QubesDbSocket open(
            GuestSockets guest, String name, Registry registry, QubeRecord qube, boolean readOnly) throws IOException {
        Path path = guest.directory().resolve(name);
        return QubesDbSocket.open(path, handler -> guest.serve(path, handler), registry, qube, readOnly);
    }

    @Override
    public void close() throws IOException {
        try (readWrite) {
            readOnly.close();
        }
    }
}
