package org.qair.relay.endpoint;

import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import java.util.Optional;

/**
 * How an {@link SshEndpoint} listens.
 *
 * @param listen address and port; port 0 takes a free one
 * @param given a socket that somebody else listens at for it, at the same address
 * @param hostKey private key file, made when there is none
 */
public record EndpointSettings(
        InetSocketAddress listen, Optional<ServerSocketChannel> given, Path hostKey, EndpointLimits limits) {
    /** One that listens by itself. */
    public EndpointSettings(InetSocketAddress listen, Path hostKey, EndpointLimits limits) {
        this(listen, Optional.empty(), hostKey, limits);
    }
}
