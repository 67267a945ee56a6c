package org.qair.channel;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * Binds a Unix socket that nobody else can ever connect to before its permissions are set: in a directory of mode 0700 beside
 * its path, and renamed over the path once it listens. A JVM cannot set its umask.
 */
final class PrivateBind {
    private static final int ATTEMPTS = 3;

    private PrivateBind() {}

    /**
     * Binds and listens.
     *
     * @param workName the private directory's name; nobody else may use the same in that directory at the same time
     * @return listening, its file at {@code path} with exactly {@code mode}
     */
    static ServerSocketChannel listen(Path path, Set<PosixFilePermission> mode, String workName, int backlog)
            throws IOException {
        UnixPaths.address(path);
        Path work = path.resolveSibling(workName);
        Path socket = work.resolve("s");
        makePrivate(work, socket);
        ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            server.bind(UnixPaths.address(socket), backlog);
            Files.setPosixFilePermissions(socket, mode);
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
}
