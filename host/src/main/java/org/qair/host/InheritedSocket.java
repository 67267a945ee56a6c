package org.qair.host;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.Channel;
import java.nio.channels.ServerSocketChannel;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.qair.host.settings.EndpointTable;
import org.qair.relay.endpoint.EndpointSettings;

/**
 * The socket that this process was started with as its standard input, listening already: socket activation as {@code systemd} does it
 * with {@code StandardInput=socket}.
 */
public final class InheritedSocket {
    private InheritedSocket() {}

    /**
     * Where the endpoint listens: at that socket if there is one, else it opens its own.
     *
     * @throws IOException when the socket is at another address than the settings say, which others are told
     */
    public static EndpointSettings settings(EndpointTable table, HostLayout layout) throws IOException {
        InetSocketAddress listen = new InetSocketAddress(table.host(), table.port());
        Optional<ServerSocketChannel> given = of(System.inheritedChannel(), listen);
        return new EndpointSettings(listen, given, layout.endpointKey(), table.limits());
    }

    static Optional<ServerSocketChannel> of(@Nullable Channel inherited, InetSocketAddress listen) throws IOException {
        if (!(inherited instanceof ServerSocketChannel socket)) {
            return Optional.empty();
        }
        if (!(socket.getLocalAddress() instanceof InetSocketAddress at && isSame(at, listen))) {
            throw new IOException(
                    "`listen` in [endpoint] says %s:%d, and standard input is a socket that listens at %s: `ListenStream=` of the socket unit is to say the same"
                            .formatted(listen.getHostString(), listen.getPort(), socket.getLocalAddress()));
        }
        return Optional.of(socket);
    }

    private static boolean isSame(InetSocketAddress at, InetSocketAddress listen) {
        boolean both =
                at.getAddress().isAnyLocalAddress() && listen.getAddress().isAnyLocalAddress();
        return at.getPort() == listen.getPort() && (both || at.getAddress().equals(listen.getAddress()));
    }
}
