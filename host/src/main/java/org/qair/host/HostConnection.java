package org.qair.host;

import java.io.IOException;
import java.io.OutputStream;
import java.net.SocketException;
import java.nio.channels.SocketChannel;
import org.qair.channel.CallerChannel;
import org.qair.channel.ControlChannel;
import org.qair.channel.unix.UnixPaths;

/** The other side of the host's own socket. */
public final class HostConnection {
    private HostConnection() {}

    /**
     * Asks a running host of this machine, as its owner.
     *
     * @param errors where the error output goes, the host's reasons among it
     * @return the call's streams and exit code; closing it ends the call
     * @throws IOException when no host runs there, it is another user's, or the request cannot be sent
     */
    public static CallerChannel ask(HostLayout layout, HostRequest request, OutputStream errors) throws IOException {
        SocketChannel connection = connect(layout);
        try {
            ControlChannel opening = ControlChannel.asDaemon(connection);
            opening.send(request.encode());
            return CallerChannel.open(connection, opening.version(), errors);
        } catch (IllegalArgumentException unfit) {
            connection.close();
            throw new IOException("it cannot be asked for: " + unfit.getMessage(), unfit);
        } catch (IOException | RuntimeException failure) {
            connection.close();
            throw failure;
        }
    }

    private static SocketChannel connect(HostLayout layout) throws IOException {
        try {
            return UnixPaths.connect(layout.hostSocket());
        } catch (SocketException absent) {
            throw new IOException(
                    "no host answers at `%s`: does `qair host` run there, as your user?".formatted(layout.hostSocket()),
                    absent);
        }
    }
}
