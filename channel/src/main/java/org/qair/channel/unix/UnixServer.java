package org.qair.channel.unix;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A server on a Unix stream socket: one virtual thread a connection, a limit on their number. Whatever one connection does
 * ends that connection at most.
 */
public final class UnixServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(UnixServer.class);
    private static final int BACKLOG = 1_024;

    /** More connections at once than this are closed as they come. */
    public static final int MAX_CONNECTIONS = 4_096;

    private static final long PAUSE_MILLIS = 100;

    private final Path path;
    private final ServerSocketChannel server;
    private final Handler handler;
    private final Map<SocketChannel, Thread> connections = new ConcurrentHashMap<>();
    private final Thread acceptor;
    private volatile boolean closed;

    /** Serves one connection to its end, in a thread of its own; the channel is closed when it returns or throws. */
    @FunctionalInterface
    public interface Handler {
        void serve(SocketChannel channel) throws IOException, InterruptedException;
    }

    private UnixServer(Path path, ServerSocketChannel server, Handler handler) {
        this.path = path;
        this.server = server;
        this.handler = handler;
        this.acceptor = Thread.ofVirtual().name("accept " + path).unstarted(this::accept);
    }

    /**
     * Makes the socket and serves it until {@link #close}. What a killed server left at the path is replaced.
     *
     * @throws IOException also when a living server listens there
     */
    public static UnixServer open(SocketFile file, Handler handler) throws IOException {
        return open(file.path(), file.listen(BACKLOG), handler);
    }

    /** Serves a socket that was made at a path already, until {@link #close}. */
    public static UnixServer open(Path path, ServerSocketChannel listening, Handler handler) {
        UnixServer opened = new UnixServer(path, listening, handler);
        opened.acceptor.start();
        return opened;
    }

    /** Where it listens. */
    public Path path() {
        return path;
    }

    private void accept() {
        while (!closed) {
            try {
                admit(server.accept());
            } catch (ClosedChannelException ended) {
                return;
            } catch (IOException failed) {
                LOG.warn("can't accept a connection on {}: {}", path, failed.getMessage());
                pause();
            }
        }
    }

    private void admit(SocketChannel channel) throws IOException {
        if (connections.size() >= MAX_CONNECTIONS) {
            LOG.warn("more than {} connections on {}: one is closed", MAX_CONNECTIONS, path);
            channel.close();
            return;
        }
        Thread thread = Thread.ofVirtual().name("serve " + path).unstarted(() -> serve(channel));
        connections.put(channel, thread);
        if (closed) {
            channel.close();
        }
        thread.start();
    }

    private void serve(SocketChannel channel) {
        try (channel) {
            handler.serve(channel);
        } catch (IOException | InterruptedException ended) {
            LOG.debug("a connection on {} ended: {}", path, ended.getMessage());
        } catch (RuntimeException failed) {
            LOG.error("a connection on {} failed", path, failed);
        } finally {
            connections.remove(channel);
        }
    }

    /** Out of file descriptors, most likely: others have to end first. */
    private static void pause() {
        try {
            Thread.sleep(PAUSE_MILLIS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Ends every connection and removes the socket. */
    @Override
    public void close() throws IOException {
        closed = true;
        server.close();
        Files.deleteIfExists(path);
        for (Map.Entry<SocketChannel, Thread> connection : connections.entrySet()) {
            connection.getKey().close();
            connection.getValue().interrupt();
        }
    }
}
