package org.qair.channel;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.UserPrincipal;
import java.time.Duration;
import jdk.net.ExtendedSocketOptions;
import jdk.net.UnixDomainPrincipal;
import org.jspecify.annotations.Nullable;

/**
 * The Unix user and group at the other end of a Unix socket, as the kernel noted them when it connected (or listened), from
 * {@code SO_PEERCRED}. Two are equal when their numbers are; a user without a name has its number as the name. A name is what the
 * system's accounts say, or said less than a second ago.
 */
public record PeerIdentity(UserPrincipal user, GroupPrincipal group) {
    private static final long FRESH = Duration.ofSeconds(1).toNanos();
    private static volatile @Nullable Known last;

    /** What the accounts said of two numbers, and when. */
    private record Known(int uid, int gid, PeerIdentity identity, long since) {
        boolean holdsFor(PeerCredentials peer) {
            return uid == peer.uid() && gid == peer.gid() && System.nanoTime() - since < FRESH;
        }
    }

    /** Asks the kernel. */
    public static PeerIdentity of(SocketChannel connected) throws IOException {
        if (!HangupWatch.isAvailable()) {
            return named(connected);
        }
        // the JDK looks both names up in the accounts each time, and callers come many a second
        PeerCredentials peer = PeerCredentials.of(connected);
        Known known = last;
        if (known == null || !known.holdsFor(peer)) {
            known = new Known(peer.uid(), peer.gid(), named(connected), System.nanoTime());
            last = known;
        }
        return known.identity;
    }

    private static PeerIdentity named(SocketChannel connected) throws IOException {
        UnixDomainPrincipal peer = connected.getOption(ExtendedSocketOptions.SO_PEERCRED);
        return new PeerIdentity(peer.user(), peer.group());
    }
}
