package org.qair.exec;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.qair.call.CallException;
import org.qair.policy.ServiceName;

/** What a service's file turns out to be. */
sealed interface ServiceFile {
    /** A program, run without a shell. */
    record Program(Path path) implements ServiceFile {}

    /** A Unix socket that somebody listens on. */
    record Socket(Path path) implements ServiceFile {}

    /** A TCP port that a link to {@code /dev/tcp/…} names. */
    record Tcp(TcpAddress address) implements ServiceFile {}

    /**
     * Looks at the file.
     *
     * @throws CallException.NotFound when the file is none of these
     * @throws CallException.Failed when it is one but broken
     */
    static ServiceFile of(Path file, ServiceName service) throws CallException {
        try {
            Optional<TcpAddress> tcp = TcpAddress.ofLink(file, service.argument());
            if (tcp.isPresent()) {
                return new Tcp(tcp.get());
            }
            // Unix file types are in the mode's upper bits; a socket is 0140000.
            int mode = (Integer) Files.getAttribute(file, "unix:mode");
            if ((mode & 0170000) == 0140000) {
                return new Socket(file);
            }
        } catch (IOException unreadable) {
            throw new CallException.Failed("service file `%s` cannot be read".formatted(file), unreadable);
        }
        if (!Files.isRegularFile(file)) {
            throw new CallException.NotFound(
                    "service file `%s` is no program, socket or link to /dev/tcp".formatted(file));
        }
        if (!Files.isExecutable(file)) {
            throw new CallException.Failed("service file `%s` is not executable: chmod +x it".formatted(file));
        }
        return new Program(file);
    }
}
