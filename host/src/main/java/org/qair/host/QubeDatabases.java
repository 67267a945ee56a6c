package org.qair.host;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.qair.channel.LocalCaller;
import org.qair.channel.PeerIdentity;
import org.qair.channel.unix.SocketFile;
import org.qair.channel.unix.UnixServer;
import org.qair.policy.QubeName;
import org.qair.registry.QubeRecord;
import org.qair.registry.Registry;
import org.qair.registry.qubesdb.QubesDbSocket;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The QubesDBs of the host-run qubes: each at a socket of its own, and all at the field's path, where a caller gets the one of the
 * qube that its Unix user is.
 */
final class QubeDatabases {
    private static final Logger LOG = LoggerFactory.getLogger(QubeDatabases.class);

    private final Registry registry;
    private final Map<QubeName, QubesDbSocket> open = new ConcurrentHashMap<>();

    QubeDatabases(Registry registry) {
        this.registry = registry;
    }

    /** Opens that of one qube. */
    AutoCloseable open(Path path, QubeRecord qube) throws IOException {
        QubesDbSocket database = QubesDbSocket.open(SocketFile.ownerOnly(path), registry, qube);
        open.put(qube.name(), database);
        return () -> {
            open.remove(qube.name(), database);
            database.close();
        };
    }

    /** Opens the path that all share. */
    UnixServer openShared(Path path, Function<PeerIdentity, Optional<LocalCaller>> callers) throws IOException {
        SocketFile everybody = new SocketFile(path, PosixFilePermissions.fromString("rw-rw-rw-"), Optional.empty());
        return UnixServer.open(everybody, channel -> serve(path, channel, callers));
    }

    private void serve(Path path, SocketChannel channel, Function<PeerIdentity, Optional<LocalCaller>> callers)
            throws IOException, InterruptedException {
        PeerIdentity peer = PeerIdentity.of(channel);
        Optional<QubesDbSocket> database = callers.apply(peer).map(caller -> open.get(caller.qube()));
        if (database.isEmpty()) {
            LOG.warn(
                    "refused user `{}` at `{}`: no qube is this user's",
                    peer.user().getName(),
                    path);
            return;
        }
        database.get().serve(channel);
    }
}
