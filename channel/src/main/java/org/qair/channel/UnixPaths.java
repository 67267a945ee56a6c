package org.qair.channel;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;

/** The one limit that Linux puts on the path of a Unix socket. */
final class UnixPaths {
    /** Bytes of {@code sun_path} but its NUL. */
    static final int MAX_LENGTH = 107;

    private UnixPaths() {}

    /** The address of {@code path}, or an error that says by how much it is too long. */
    static UnixDomainSocketAddress address(Path path) throws IOException {
        int length = path.toString().getBytes(UTF_8).length;
        if (length > MAX_LENGTH) {
            throw new IOException("`%s` is too long for a Unix socket: %d bytes, the limit is %d"
                    .formatted(path, length, MAX_LENGTH));
        }
        return UnixDomainSocketAddress.of(path);
    }

    /** The address of a socket that exists: where {@code path} is too long and goes through links, the place that they lead to. */
    static UnixDomainSocketAddress ofExisting(Path path) throws IOException {
        boolean tooLong = path.toString().getBytes(UTF_8).length > MAX_LENGTH;
        return address(tooLong ? path.toRealPath() : path);
    }
}
