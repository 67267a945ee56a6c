package org.qair.registry.unix;

import java.io.IOException;
import java.net.ConnectException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.Optional;
import java.util.Set;

/**
 * Where a socket is made, and who may connect to it.
 *
 * @param permissions the mode; connecting takes the right to write
 * @param owner who it is given to; absent for this process's user
 */
public record SocketFile(Path path, Set<PosixFilePermission> permissions, Optional<UserPrincipal> owner) {
    public SocketFile {
        permissions = Set.copyOf(permissions);
    }

    /** A socket for this process's user alone: mode 0600. */
    public static SocketFile ownerOnly(Path path) {
        return new SocketFile(path, PosixFilePermissions.fromString("rw-------"), Optional.empty());
    }

    @FunctionalInterface
    interface Bind {
        void at(Path path) throws IOException;
    }

    /** Binds in a private directory and moves the socket to its place once its permissions are right, so that it never stands there with others. */
    void make(Bind bind) throws IOException {
        Path directory = path.toAbsolutePath().getParent();
        if (directory == null) {
            throw new IOException("`%s` is no place for a socket".formatted(path));
        }
        removeStale();
        Path workshop = Files.createTempDirectory(
                directory, ".", PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Path socket = workshop.resolve("s");
        try {
            bind.at(socket);
            Files.setPosixFilePermissions(socket, permissions);
            if (owner.isPresent()) {
                Files.setOwner(socket, owner.get());
            }
            Files.move(socket, path, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(socket);
            Files.deleteIfExists(workshop);
        }
    }

    private void removeStale() throws IOException {
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        if (!Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                .isOther()) {
            throw new IOException("`%s` is there already and is no socket".formatted(path));
        }
        try (SocketChannel _ = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
            throw new IOException("`%s` is in use by a running server".formatted(path));
        } catch (ConnectException refused) {
            Files.delete(path);
        }
    }
}
