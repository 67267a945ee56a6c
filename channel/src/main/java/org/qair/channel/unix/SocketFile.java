package org.qair.channel.unix;

import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Where a Unix socket is made, and who may connect to it. Nobody else can ever connect: it is bound in a directory of mode 0700
 * beside its path, and renamed over the path once it listens with the right permissions. A JVM cannot set its umask; where that
 * lets nobody else connect, a socket for one connection ({@link #once}) is bound at its path.
 *
 * @param path at most 107 bytes
 * @param permissions the mode; connecting takes the right to write
 * @param owner who it is given to; absent for this process's user
 */
public record SocketFile(Path path, Set<PosixFilePermission> permissions, Optional<UserPrincipal> owner) {
    private static final int FILE_TYPE = 0170000;
    private static final int SOCKET = 0140000;
    private static final int ATTEMPTS = 3;
    private static final ReentrantLock LISTENING = new ReentrantLock();

    public SocketFile {
        permissions = Set.copyOf(permissions);
    }

    /** A socket for this process's user alone: mode 0600. */
    public static SocketFile ownerOnly(Path path) {
        return new SocketFile(path, PosixFilePermissions.fromString("rw-------"), Optional.empty());
    }

    /**
     * Binds and listens. What a killed server left at the path is replaced.
     *
     * @throws IOException when a living server listens there, something else than a socket is there, the path is too long or
     *     cannot be written
     */
    public ServerSocketChannel listen(int backlog) throws IOException {
        LISTENING.lock(); // the private directories of two that start at once have one name
        try {
            checkNobodyListens();
            return replace(".q", backlog);
        } finally {
            LISTENING.unlock();
        }
    }

    /**
     * Binds and listens for one connection of this process's user, or root's; whatever is at the path is replaced. Its mode is what the
     * umask leaves, where nobody else can connect to one of that.
     *
     * @param workName as for {@link #replace}
     */
    public static ServerSocketChannel once(Path path, String workName) throws IOException {
        if (!Umask.keepsOthersOut()) {
            return ownerOnly(path).replace(workName, 1);
        }
        ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            return server.bind(UnixPaths.address(path), 1);
        } catch (BindException inTheWay) {
            server.close();
            return ownerOnly(path).replace(workName, 1);
        } catch (IOException | RuntimeException failure) {
            server.close();
            throw failure;
        }
    }

    /**
     * Binds and listens; whatever is at the path is replaced.
     *
     * @param workName the private directory's name; nobody else may use the same in that directory at the same time
     */
    public ServerSocketChannel replace(String workName, int backlog) throws IOException {
        UnixPaths.address(path);
        Path work = path.resolveSibling(workName);
        Path socket = work.resolve("s");
        makePrivate(work, socket);
        ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            server.bind(UnixPaths.address(socket), backlog);
            Files.setPosixFilePermissions(socket, permissions);
            if (owner.isPresent()) {
                Files.setOwner(socket, owner.get());
            }
            Files.move(socket, path, StandardCopyOption.ATOMIC_MOVE);
            return server;
        } catch (IOException | RuntimeException failure) {
            server.close();
            Files.deleteIfExists(socket);
            throw failure;
        } finally {
            Files.deleteIfExists(work);
        }
    }

    /** Makes the directory; one that a killed process left is taken away first. */
    private static void makePrivate(Path work, Path socket) throws IOException {
        for (int attempt = 1; ; attempt++) {
            try {
                Files.createDirectory(
                        work, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
                return;
            } catch (FileAlreadyExistsException left) {
                if (attempt == ATTEMPTS) {
                    throw left;
                }
                Files.deleteIfExists(socket);
                Files.deleteIfExists(work);
            }
        }
    }

    private void checkNobodyListens() throws IOException {
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        int mode = (int) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS);
        if ((mode & FILE_TYPE) != SOCKET) {
            throw new IOException("`%s` is there already and is no socket".formatted(path));
        }
        try (SocketChannel probe = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            probe.connect(UnixPaths.address(path));
        } catch (ConnectException stale) {
            return;
        } catch (IOException failure) {
            throw new IOException("`%s` is in the way: %s".formatted(path, failure.getMessage()), failure);
        }
        throw new IOException("`%s` is in use by a running server".formatted(path));
    }
}
