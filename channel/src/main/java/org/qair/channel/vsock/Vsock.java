package org.qair.channel.vsock;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.qair.channel.Patience;
import org.qair.channel.Vchan;
import org.qair.protocol.Limits;

/**
 * Vchans between a host and one virtual machine over AF_VSOCK, as one of the two makes them. A vchan's port is the vsock port of the
 * same number, at whichever of the two is the server; which domains the two have does not show, so the host gives each port once over
 * all of its guests.
 *
 * <p>Whoever connects is known by what the kernel says of it: the host knows a guest by its CID; a guest takes only connections
 * of the host that come from a port below 1024, because every process of the host, whoever's it is, can reach every port of a guest.
 */
public final class Vsock implements Vchan {
    /** The CID of the host in every guest. */
    public static final int HOST_CID = 2;

    private static final Duration CONNECTING = Duration.ofSeconds(5);
    private static final AtomicInteger NEXT = new AtomicInteger();

    private final int peer;
    private final boolean fromPrivileged;

    private Vsock(int peer, boolean fromPrivileged) {
        this.peer = peer;
        this.fromPrivileged = fromPrivileged;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Vsock vsock && vsock.peer == peer && vsock.fromPrivileged == fromPrivileged;
    }

    @Override
    public int hashCode() {
        return peer;
    }

    @Override
    public String toString() {
        return "vsock, CID " + Integer.toUnsignedString(peer);
    }

    /** The host's side towards the guest with that CID. */
    public static Vchan towardsGuest(int cid) {
        return new Vsock(cid, true);
    }

    /** A guest's side towards the host, which has {@link #HOST_CID} except in tests. */
    public static Vchan towardsHost(int cid) {
        return new Vsock(cid, false);
    }

    @Override
    public Listener listen(int server, int client, int port) throws IOException {
        return VsockListener.open(port, this::isPeer);
    }

    private boolean isPeer(VsockAddress address) {
        return address.cid() == peer && (fromPrivileged || address.isPrivileged());
    }

    @Override
    public SocketChannel connect(int server, int client, int port, Duration limit)
            throws IOException, InterruptedException {
        VsockAddress to = new VsockAddress(peer, port);
        return Patience.of(limit)
                .await(() -> tryToConnect(to))
                .orElseThrow(() -> new SocketTimeoutException(
                        "nobody listened at %s within %d s".formatted(to, limit.toSeconds())));
    }

    private Optional<SocketChannel> tryToConnect(VsockAddress to) throws IOException, InterruptedException {
        try (VsockSocket socket = VsockSocket.open()) {
            if (fromPrivileged) {
                bindPrivileged(socket);
            }
            int errno = socket.connect(to);
            if (errno == Errno.EINPROGRESS) {
                errno = Readiness.awaitConnected(socket, CONNECTING) ? socket.error() : Errno.ETIMEDOUT;
            }
            if (errno == 0) {
                return Optional.of(AdoptedSocket.of(socket.descriptor()));
            }
            if (Errno.isAbsence(errno)) {
                return Optional.empty();
            }
            throw new IOException("cannot connect to %s: %s".formatted(to, SystemCall.words(errno)));
        }
    }

    /**
     * A guest believes nobody else. Those below the control port alone are taken for it, since the others may be listened on: so there are
     * 511 connections from a host to its guests at once.
     */
    private static void bindPrivileged(VsockSocket socket) throws IOException {
        for (int attempt = 1; attempt < Limits.CONTROL_PORT; attempt++) {
            if (socket.tryToBind(1 + Math.floorMod(NEXT.getAndIncrement(), Limits.CONTROL_PORT - 1))) {
                return;
            }
        }
        throw new IOException("all vsock ports below %d are in use".formatted(Limits.CONTROL_PORT));
    }
}
