package org.qair.host.relayqube;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.qair.channel.QubesDbClient;
import org.qair.policy.InvalidNameException;
import org.qair.policy.QubeName;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a qube's QubesDB says of the qube and of the RemoteVMs behind it. Asked anew each time, so that a change of a name counts
 * from the next call on. Safe for use by many threads.
 */
final class QubeDatabase {
    private static final Logger LOG = LoggerFactory.getLogger(QubeDatabase.class);
    private static final String REMOTE = "/remote/";
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
        return read(REMOTE + remote);
    }

    /** All RemoteVMs behind this qube, each with what it is called on its own host; what is no name is none. */
    Map<QubeName, String> remoteNames() throws IOException {
        Map<QubeName, String> names = new HashMap<>();
        try (QubesDbClient client = QubesDbClient.connect(socket())) {
            for (Map.Entry<String, String> entry : client.multiread(REMOTE).entrySet()) {
                String name = entry.getKey().substring(REMOTE.length());
                try {
                    names.put(new QubeName(name), entry.getValue());
                } catch (InvalidNameException none) {
                    LOG.debug("`{}` of QubesDB: {}", REMOTE, none.getMessage());
                }
            }
        }
        return names;
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
