package org.qair.registry.qubesdb;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.qair.channel.unix.SocketFile;
import org.qair.channel.unix.UnixServer;
import org.qair.registry.QubeRecord;
import org.qair.registry.Registry;
import org.qair.registry.RegistryChange;

/**
 * The QubesDB of one qube on a Unix socket. What it holds follows the registry at once, under whatever name the qube has;
 * beside that the qube may keep entries of its own, unless the socket is read-only. Who may connect is the socket's
 * permissions.
 */
public final class QubesDbSocket implements AutoCloseable {
    private final String name;
    private final Registry registry;
    private final QubeEntries entries;
    private final OwnEntries own = new OwnEntries();
    private final boolean readOnly;
    private final Set<QubesDbConnection> connections = ConcurrentHashMap.newKeySet();
    private final Registry.Subscription subscription;
    private final UnixServer server;
    private volatile boolean closed;

    /** What makes the socket. */
    @FunctionalInterface
    public interface Listening {
        UnixServer open(UnixServer.Handler handler) throws IOException;
    }

    private QubesDbSocket(Path path, Listening listening, Registry registry, UUID qube, boolean readOnly)
            throws IOException {
        this.name = path.toString();
        this.registry = registry;
        this.entries = new QubeEntries(qube);
        this.readOnly = readOnly;
        this.subscription = registry.onChange(this::tell);
        try {
            this.server = listening.open(this::serve);
        } catch (IOException | RuntimeException failed) {
            subscription.close();
            throw failed;
        }
    }

    /** The socket that clients try first; the qube may write what is not the registry's. */
    public static QubesDbSocket open(SocketFile file, Registry registry, QubeRecord qube) throws IOException {
        return open(file.path(), handler -> UnixServer.open(file, handler), registry, qube, false);
    }

    /** The socket on which nothing can be written. */
    public static QubesDbSocket openReadOnly(SocketFile file, Registry registry, QubeRecord qube) throws IOException {
        return open(file.path(), handler -> UnixServer.open(file, handler), registry, qube, true);
    }

    /** Either of the two, with its socket made otherwise. */
    public static QubesDbSocket open(
            Path path, Listening listening, Registry registry, QubeRecord qube, boolean readOnly) throws IOException {
        return new QubesDbSocket(path, listening, registry, qube.uuid(), readOnly);
    }

    /**
     * Serves a client that connected elsewhere, to its end, and closes the channel. It is as if it had connected here: when this
     * closes it is closed too.
     */
    public void serve(SocketChannel channel) throws IOException, InterruptedException {
        QubesDbConnection connection =
                new QubesDbConnection(name, channel, () -> registry.snapshot(), entries, own, readOnly, this::tellOf);
        connections.add(connection);
        try {
            if (closed) {
                channel.close();
                return;
            }
            connection.serve();
        } finally {
            connections.remove(connection);
        }
    }

    private void tell(RegistryChange change) {
        if (!connections.isEmpty()) {
            entries.changed(change).forEach(this::tellOf);
        }
    }

    private void tellOf(String path) {
        connections.forEach(connection -> connection.changed(path));
    }

    @Override
    public void close() throws IOException {
        closed = true;
        subscription.close();
        server.close();
        connections.forEach(QubesDbConnection::close);
    }
}
