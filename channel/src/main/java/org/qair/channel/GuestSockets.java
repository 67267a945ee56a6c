package org.qair.channel;

import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.qair.channel.unix.SocketFile;
import org.qair.channel.unix.UnixPaths;
import org.qair.channel.unix.UnixServer;

/**
 * The host's side of the socket vchans of a guest: a VM or container that has the directory of its sockets to itself and may do in
 * it what it likes. No link that the guest puts there is followed: a socket is first hard-linked into a directory of the host,
 * looked at there, and used there. Safe for use by many threads.
 */
public final class GuestSockets implements Vchan {
    private static final Set<PosixFilePermission> EVERYBODY = PosixFilePermissions.fromString("rw-rw-rw-");
    private static final int SERVER_BACKLOG = 64;
    private static final int FILE_TYPE = 0170000;
    private static final int SOCKET = 0140000;
    private static final int EXECUTE = 0111;
    private static final AtomicLong LAST = new AtomicLong();

    private final Path directory;
    private final Path own;

    /**
     * @param directory the guest's; whoever can enter it is the guest
     * @param own the host's, on the same file system, which no guest can enter
     */
    public GuestSockets(Path directory, Path own) {
        this.directory = directory;
        this.own = own;
    }

    /** The guest's directory. */
    public Path directory() {
        return directory;
    }

    /** Listens for whoever can enter the directory: which of its users the guest's agent is, is the guest's business. */
    @Override
    public Listener listen(int server, int client, int port) throws IOException {
        Path path = path(server, client, port);
        return new SocketVchan.Listener(path, listen(path, 1));
    }

    /** Serves the guest at a path in its directory, for whoever can enter that. */
    public UnixServer serve(Path path, UnixServer.Handler handler) throws IOException {
        return UnixServer.open(path, listen(path, SERVER_BACKLOG), handler);
    }

    private ServerSocketChannel listen(Path path, int backlog) throws IOException {
        UnixPaths.address(path);
        Path made = own.resolve("l" + LAST.incrementAndGet());
        ServerSocketChannel listening =
                new SocketFile(made, EVERYBODY, Optional.empty()).replace("." + made.getFileName(), backlog);
        try {
            Files.move(made, path, StandardCopyOption.ATOMIC_MOVE);
            return listening;
        } catch (IOException | RuntimeException failure) {
            listening.close();
            Files.deleteIfExists(made);
            throw failure;
        }
    }

    @Override
    public SocketChannel connect(int server, int client, int port, Duration limit)
            throws IOException, InterruptedException {
        Path path = path(server, client, port);
        return Patience.of(limit)
                .await(() -> tryToConnect(path))
                .orElseThrow(() -> new SocketTimeoutException(
                        "nobody listened at `%s` within %d s".formatted(path, limit.toSeconds())));
    }

    private Optional<SocketChannel> tryToConnect(Path path) throws IOException {
        Optional<Path> taken = take(path);
        if (taken.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(UnixPaths.connect(taken.get()));
        } catch (ConnectException refused) {
            return Optional.empty();
        } catch (IOException failure) {
            throw new IOException("cannot connect to `%s`: %s".formatted(path, failure.getMessage()), failure);
        } finally {
            Files.deleteIfExists(taken.get());
        }
    }

    /**
     * Lets a client in another guest connect to a server in this one: the server's socket appears in the other's directory too. It
     * is then that of both guests, whatever users they have. Both may be the same directory.
     *
     * @return false while no server's socket is there
     */
    public boolean share(GuestSockets with, int server, int client, int port) throws IOException {
        Path path = path(server, client, port);
        Optional<Path> taken = take(path);
        if (taken.isEmpty()) {
            return false;
        }
        try {
            Files.setPosixFilePermissions(taken.get(), EVERYBODY);
            if (!with.directory.equals(directory)) {
                Files.move(taken.get(), with.path(server, client, port), StandardCopyOption.ATOMIC_MOVE);
            }
            return true;
        } catch (AtomicMoveNotSupportedException apart) {
            throw new IOException(
                    "`%s` and `%s` are on different file systems".formatted(directory, with.directory), apart);
        } finally {
            Files.deleteIfExists(taken.get());
        }
    }

    /**
     * A server's socket as it was found.
     *
     * @param identity equal for the same socket, whatever links there are to it
     * @param madeByBind whether it has an execute bit, as bind(2) leaves it under any usual umask; those of {@link SocketVchan} have none
     */
    public record Found(Object identity, boolean madeByBind) {}

    /** Looks at a server's socket. */
    public Optional<Found> look(int server, int client, int port) throws IOException {
        try {
            Path path = path(server, client, port);
            Object identity = Files.readAttributes(path, "unix:dev,ino,lastModifiedTime", LinkOption.NOFOLLOW_LINKS);
            int mode = (int) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS);
            return Optional.of(new Found(identity, (mode & EXECUTE) != 0));
        } catch (NoSuchFileException nobody) {
            return Optional.empty();
        }
    }

    /** Takes away what an earlier channel of that name has left. */
    public void clear(int server, int client, int port) throws IOException {
        Files.deleteIfExists(path(server, client, port));
    }

    private Path path(int server, int client, int port) {
        return SocketVchan.path(directory, server, client, port);
    }

    /** Links the socket at a path into the host's own directory, where the guest cannot exchange it any more. */
    private Optional<Path> take(Path path) throws IOException {
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return Optional.empty();
        }
        Path taken = own.resolve("c" + LAST.incrementAndGet());
        try {
            Files.createLink(taken, path);
        } catch (NoSuchFileException replaced) {
            return Optional.empty();
        } catch (IOException failure) {
            throw new IOException("`%s` cannot be taken: %s".formatted(path, failure.getMessage()), failure);
        }
        int mode = (int) Files.getAttribute(taken, "unix:mode", LinkOption.NOFOLLOW_LINKS);
        if ((mode & FILE_TYPE) != SOCKET) {
            Files.delete(taken);
            throw new IOException("`%s` is no socket".formatted(path));
        }
        return Optional.of(taken);
    }
}
