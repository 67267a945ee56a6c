package org.qair.channel;

import java.io.IOException;
import java.nio.file.Path;
import org.qair.channel.unix.UnixPaths;
import org.qair.policy.QubeName;

/**
 * A qube of this machine that may call: its name, the number of its vchan domain and the directory where its data channels
 * are made.
 */
public record LocalCaller(QubeName qube, int domain, Path vchanDirectory) {
    /** @throws IllegalArgumentException when the domain is not positive: 0 is the host */
    public LocalCaller {
        if (domain <= 0) {
            throw new IllegalArgumentException("qube `%s` has vchan domain %d".formatted(qube, domain));
        }
    }

    /**
     * Checks the directory's path.
     *
     * @throws IOException when a data channel's path would be longer than a Unix socket's can be
     */
    public void checkPathLength() throws IOException {
        UnixPaths.address(SocketVchan.path(vchanDirectory, domain, 0, DataPorts.LAST));
    }
}
