package org.qair.channel.unix;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.SocketException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Addresses of Unix sockets, and the one limit that Linux puts on their paths: 107 bytes. */
public final class UnixPaths {
    /** Bytes of {@code sun_path} but its NUL. */
    private static final int MAX_LENGTH = 107;

    private UnixPaths() {}

    /** The address of {@code path}, or an error that says by how much it is too long. */
    public static UnixDomainSocketAddress address(Path path) throws IOException {
        int length = length(path);
        if (length > MAX_LENGTH) {
            throw new IOException("`%s` is too long for a Unix socket: %d bytes, the limit is %d"
                    .formatted(path, length, MAX_LENGTH));
        }
        return UnixDomainSocketAddress.of(path);
    }

    /**
     * Connects to a socket. Where {@code path} is too long and goes through links, the place that they lead to counts.
     *
     * @throws java.net.ConnectException when nobody listens there
     * @throws SocketException also when there is no socket
     */
    public static SocketChannel connect(Path path) throws IOException {
        return SocketChannel.open(ofExisting(path));
    }

    private static UnixDomainSocketAddress ofExisting(Path path) throws IOException {
        try {
            return address(length(path) > MAX_LENGTH ? path.toRealPath() : path);
        } catch (NoSuchFileException missing) {
            SocketException absent = new SocketException("No such file or directory");
            absent.initCause(missing);
            throw absent; // as for a path that is short
        }
    }

    private static int length(Path path) {
        return path.toString().getBytes(UTF_8).length;
    }
}
