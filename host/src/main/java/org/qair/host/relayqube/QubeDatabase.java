package org.qair.host.relayqube;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.qair.channel.QubesDbClient;
import org.qair.policy.InvalidNameException;
import org.qair.policy.QubeName;

/**
 * What a qube's QubesDB says of the qube and of the RemoteVMs behind it. Asked anew each time, so that a change of a name counts
 * from the next call on. Safe for use by many threads.
 */
final class QubeDatabase {
    private static final Path USUAL = Path.of("/var/run/qubes/qubesdb.sock");
    private static final Path READ_ONLY = Path.of("/var/run/qubes/qubesdb.ro.sock");

    private final List<Path> sockets;

    /** @param socket absent for the field's, of which one may be closed to this user */
    QubeDatabase(Optional<Path> socket) {
        sockets = socket.map(List::of).orElse(List.of(READ_ONLY, USUAL));
    }

    /** The qube's own name. */
    QubeName own() throws IOException {
        String name = read("/name").orElseThrow(() -> new IOException("QubesDB has no `/name`"));
        try {
            return new QubeName(name);
        } catch (InvalidNameException invalid) {
            throw new IOException("`/name` of QubesDB: " + invalid.getMessage(), invalid);
        }
    }

    /**
     * What a RemoteVM is called on its own host; empty when this qube is not its relay.
     *
     * @throws IOException also when its name is too long for a path of QubesDB
     */
    Optional<String> remoteName(QubeName remote) throws IOException {
        return read("/remote/" + remote);
    }

    private Optional<String> read(String path) throws IOException {
        try (QubesDbClient client = QubesDbClient.connect(socket())) {
            return client.read(path);
        }
    }

    private Path socket() {
        return sockets.stream().filter(Files::exists).findFirst().orElse(sockets.getLast());
    }
}
