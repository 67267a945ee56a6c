package org.qair.relay;

import java.net.InetSocketAddress;
import java.nio.file.Path;

/**
 * How an {@link SshEndpoint} listens.
 *
 * @param listen address and port; port 0 takes a free one
 * @param hostKey private key file, made when there is none
 */
public record EndpointSettings(InetSocketAddress listen, Path hostKey, EndpointLimits limits) {
    public EndpointSettings(InetSocketAddress listen, Path hostKey) {
        this(listen, hostKey, EndpointLimits.DEFAULT);
    }
}
