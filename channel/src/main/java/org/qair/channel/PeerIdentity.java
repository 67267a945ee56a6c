package org.qair.channel;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.UserPrincipal;
import jdk.net.ExtendedSocketOptions;
import jdk.net.UnixDomainPrincipal;

/**
 * The Unix user and group at the other end of a Unix socket, as the kernel noted them when it connected (or listened), from
 * {@code SO_PEERCRED}. Two are equal when their numbers are; a user without a name has its number as the name.
 */
public record PeerIdentity(UserPrincipal user, GroupPrincipal group) {
    /** Asks the kernel. */
    public static PeerIdentity of(SocketChannel connected) throws IOException {
        UnixDomainPrincipal peer = connected.getOption(ExtendedSocketOptions.SO_PEERCRED);
        return new PeerIdentity(peer.user(), peer.group());
    }
}
