package org.qair.channel;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;
import org.qair.call.Switchboard;
import org.qair.channel.unix.SocketFile;
import org.qair.protocol.TriggerService;

/**
 * A front door: a Unix socket where callers of this machine bring their calls with {@code TRIGGER_SERVICE}, {@code 3} or
 * {@code 4}, as on {@code /var/run/qubes/qrexec-agent}. Each connection is one call, in a virtual thread of its own. Who calls
 * is known from the connection alone. A refused caller sees its connection close; an allowed one gets the port where it is to
 * listen for its data channel. One user has at most {@link #MOST_OF_A_USER} connections to a door at once; what is beyond is closed.
 */
public final class TriggerSocket implements AutoCloseable {
    /** Connections of one user at once: requests that are read or judged, and calls that run. */
    public static final int MOST_OF_A_USER = 4_096;

    private static final int BACKLOG = 1024;
    private static final Duration REQUEST_LIMIT = Duration.ofSeconds(10);
    private static final Duration END_LIMIT = Duration.ofSeconds(10);
    private static final Duration PAUSE_AFTER_FAILURE = Duration.ofMillis(50);

    private final Path path;
    private final ServerSocketChannel server;
    private final Object fileKey;
    private final Function<PeerIdentity, Optional<LocalCaller>> callers;
    private final Switchboard switchboard;
    private final DataPorts ports;
    private final Consumer<String> log;
    private final CallerCounts counts = new CallerCounts(MOST_OF_A_USER);
    private final Set<Thread> calls = ConcurrentHashMap.newKeySet();
    private final Thread acceptor;

    private TriggerSocket(
            Path path,
            ServerSocketChannel server,
            Function<PeerIdentity, Optional<LocalCaller>> callers,
            Switchboard switchboard,
            DataPorts ports,
            Consumer<String> log)
            throws IOException {
        this.path = path;
        this.server = server;
        this.fileKey = fileKey(path);
        this.callers = callers;
        this.switchboard = switchboard;
        this.ports = ports;
        this.log = new BrakedLog(log);
        this.acceptor = Thread.ofVirtual().name("trigger " + path).unstarted(this::accept);
    }

    /**
     * Opens a door of one qube: its path and permissions decide who may call as that qube.
     *
     * @param mode the socket's permissions, which it has from its first moment
     * @param log takes lines for the host's log
     * @throws IOException when another process listens there, the path is too long or cannot be written
     */
    public static TriggerSocket open(
            Path path,
            Set<PosixFilePermission> mode,
            LocalCaller caller,
            Switchboard switchboard,
            DataPorts ports,
            Consumer<String> log)
            throws IOException {
        caller.checkPathLength();
        return open(path, mode, peer -> Optional.of(caller), switchboard, ports, log);
    }

    /**
     * Opens a door of several qubes, told apart by the user that calls.
     *
     * @param callers which qube a user is; one that is none is refused
     */
    public static TriggerSocket open(
            Path path,
            Set<PosixFilePermission> mode,
            Function<PeerIdentity, Optional<LocalCaller>> callers,
            Switchboard switchboard,
            DataPorts ports,
            Consumer<String> log)
            throws IOException {
        ServerSocketChannel server = new SocketFile(path, mode, Optional.empty()).listen(BACKLOG);
        TriggerSocket opened = new TriggerSocket(path, server, callers, switchboard, ports, log);
        opened.acceptor.start();
        return opened;
    }

    /** Stops at once: running calls are interrupted. */
    @Override
    public void close() throws IOException {
        close(Duration.ZERO);
    }

    /**
     * Takes no more calls, lets those that run finish for {@code grace}, then interrupts the rest and waits for their end (10 s at
     * most). Leaves no file at the path, unless somebody else has put one there.
     */
    public void close(Duration grace) throws IOException {
        if (server.isOpen()) {
            if (Objects.equals(fileKey, fileKey(path))) {
                Files.deleteIfExists(path);
            }
            server.close();
        }
        try {
            acceptor.join(END_LIMIT);
            if (!join(grace)) {
                calls.forEach(Thread::interrupt);
                join(END_LIMIT);
            }
        } catch (InterruptedException hurry) {
            calls.forEach(Thread::interrupt);
            Thread.currentThread().interrupt();
        }
    }

    private boolean join(Duration limit) throws InterruptedException {
        long end = System.nanoTime() + limit.toNanos();
        for (Thread call : calls) {
            long left = end - System.nanoTime();
            if (left > 0) {
                call.join(Duration.ofNanos(left));
            }
        }
        return calls.isEmpty();
    }

    private static Object fileKey(Path path) throws IOException {
        return Files.exists(path, LinkOption.NOFOLLOW_LINKS)
                ? Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                        .fileKey()
                : "";
    }

    private void accept() {
        while (server.isOpen()) {
            try {
                take(server.accept());
            } catch (ClosedChannelException closed) {
                return;
            } catch (IOException failure) {
                log.accept("`%s` cannot accept a connection: %s".formatted(path, failure.getMessage()));
                pause();
            }
        }
    }

    private void take(SocketChannel connection) throws IOException {
        PeerIdentity peer;
        try {
            peer = PeerIdentity.of(connection);
        } catch (IOException gone) {
            connection.close();
            return;
        }
        if (!counts.enters(peer)) {
            log.accept("user `%s` has %d connections to `%s`: one more is closed"
                    .formatted(peer.user().getName(), MOST_OF_A_USER, path));
            connection.close();
            return;
        }
        Thread call = Thread.ofVirtual().name("trigger").unstarted(() -> serve(connection, peer));
        calls.add(call);
        call.start();
    }

    /** For what passes by itself, such as no free descriptors. */
    private static void pause() {
        try {
            Thread.sleep(PAUSE_AFTER_FAILURE);
        } catch (InterruptedException nobodyDoes) {
            Thread.currentThread().interrupt();
        }
    }

    private void serve(SocketChannel connection, PeerIdentity peer) {
        try (connection) {
            // read first, so that one who is refused sees an answer and no broken pipe
            TriggerService request = TriggerRequest.read(connection, REQUEST_LIMIT);
            Optional<LocalCaller> caller = callers.apply(peer);
            if (caller.isEmpty()) {
                log.accept("refused user `%s` at `%s`: no qube is this user's"
                        .formatted(peer.user().getName(), path));
                return;
            }
            new TriggeredCall(caller.get(), () -> callers.apply(peer).equals(caller), peer, switchboard, ports, log)
                    .run(connection, request);
        } catch (InterruptedException stopped) {
            // withdrawn, or the host stops
        } catch (IOException failure) {
            log.accept("a call at `%s` was lost: %s".formatted(path, failure.getMessage()));
        } catch (RuntimeException bug) {
            log.accept("a call at `%s` broke: %s".formatted(path, bug));
        } finally {
            counts.left(peer);
            calls.remove(Thread.currentThread());
        }
    }
}
