package org.qair.client;

import java.io.IOException;
import java.nio.file.Path;
import org.qair.channel.QubesDbClient;

/** Where a QubesDB daemon listens. */
final class QubesDbSockets {
    private static final String DIRECTORY = "/var/run/qubes/";

    private QubesDbSockets() {}

    /**
     * Connects to the socket that can be written, else to the one that can be read.
     *
     * @param explicitSocket taken instead of both unless it is empty
     * @param domain the qube whose database it is, empty for this one's
     */
    static QubesDbClient open(String explicitSocket, String domain) throws IOException {
        if (!explicitSocket.isEmpty()) {
            return connect(explicitSocket);
        }
        String name = domain.isEmpty() ? "qubesdb" : "qubesdb." + domain;
        try {
            return connect(DIRECTORY + name + ".sock");
        } catch (IOException notOurs) {
            try {
                return connect(DIRECTORY + name + ".ro.sock");
            } catch (IOException neither) {
                neither.addSuppressed(notOurs);
                throw neither;
            }
        }
    }

    private static QubesDbClient connect(String path) throws IOException {
        try {
            return QubesDbClient.connect(Path.of(path));
        } catch (IOException | RuntimeException failure) {
            throw new IOException("cannot connect to `" + path + "`: " + failure.getMessage(), failure);
        }
    }
}
