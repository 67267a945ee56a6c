package org.qair.relay.reverse;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.apache.sshd.common.future.CloseFuture;
import org.apache.sshd.common.future.SshFutureListener;
import org.qair.relay.connection.Connector;
import org.qair.relay.connection.PeerSession;
import org.qair.relay.peer.Peer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has the {@code sshd} of one peer listen for us at a Unix socket, on one of the connections to it, and on another one when that is
 * lost. A Qair host at the other end needs no such thing. It runs in a virtual thread of its own until it is closed.
 */
public final class FarListener implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(FarListener.class);
    /** After what time it is tried again on a connection where it was refused. */
    private static final Duration PAUSE = Duration.ofSeconds(60);

    private static final Duration CLOSING = Duration.ofSeconds(10);

    /** The connections to the peer. */
    public interface Connections {
        /** One that is open, for as long as it takes until there is one. */
        PeerSession awaitOpen() throws InterruptedException;

        /** Ends that one, so that another takes its place, unless there are calls on it. */
        void renew(PeerSession session);
    }

    private final Peer peer;
    private final CallsBack back;
    private final Connections connections;
    private final Thread thread;
    private final FarSocketState state = new FarSocketState();
    private volatile boolean closed;
    private String lastFault = "";

    private FarListener(Peer peer, CallsBack back, Connections connections) {
        this.peer = peer;
        this.back = back;
        this.connections = connections;
        this.thread = Thread.ofVirtual().name("far-socket-" + peer.name()).unstarted(this::run);
    }

    public static FarListener start(Peer peer, CallsBack back, Connections connections) {
        FarListener started = new FarListener(peer, back, connections);
        started.thread.start();
        return started;
    }

    /** Where it is, in the settings' words. */
    public String socket() {
        return back.socket();
    }

    /**
     * Whether the far end listens now. Where it was refused before it is asked again first, over a new connection unless there are calls
     * on the one of before: an {@code sshd} knows of a connection what its settings were when that began.
     */
    public FarSocket state(Duration patience) throws InterruptedException {
        return state.fresh(patience);
    }

    /** Ends it, and returns when it has ended; where the connection goes on, the far end was told to listen no more. */
    @Override
    public void close() {
        closed = true;
        thread.interrupt();
        try {
            boolean ignored = thread.join(CLOSING);
        } catch (InterruptedException hurry) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try {
            while (true) {
                listenOn(connections.awaitOpen());
            }
        } catch (InterruptedException over) {
            LOG.debug("{}: calls back are taken no more", peer);
        }
    }

    /** Returns when the connection is lost, or it is to be tried again. */
    private void listenOn(PeerSession session) throws InterruptedException {
        CountDownLatch lost = new CountDownLatch(1);
        SshFutureListener<CloseFuture> ended = over -> {
            lost.countDown();
            state.becomes(new FarSocket.Waiting());
        };
        session.addCloseFutureListener(ended);
        try {
            FarSocket found = isQair(session) ? new FarSocket.NotNeeded() : listen(session);
            state.becomes(found);
            if (lost.getCount() == 0) {
                state.becomes(new FarSocket.Waiting());
            }
            if (!(found instanceof FarSocket.Refused)) {
                stay(session, lost);
            } else if (state.awaitWish(PAUSE)) {
                connections.renew(session);
            }
        } finally {
            session.removeCloseFutureListener(ended);
        }
    }

    private static boolean isQair(PeerSession session) {
        return session.getServerVersion().startsWith("SSH-2.0-" + Connector.IDENTIFICATION);
    }

    private void stay(PeerSession session, CountDownLatch lost) throws InterruptedException {
        try {
            lost.await();
        } finally {
            SocketForwarding.end(session);
        }
    }

    /** It listens now, or not. */
    private FarSocket listen(PeerSession session) throws InterruptedException {
        try {
            String path = back.isAbsolute() && SocketForwarding.begin(session, back.socket())
                    ? back.socket()
                    : listenWhereItIsFree(session);
            LOG.info("{}: calls back are taken at `{}` there", peer, path);
            lastFault = "";
            return new FarSocket.Listens(path);
        } catch (IOException
                | RuntimeException fault) { // the library throws those too where a connection ends meanwhile
            if (closed) {
                throw new InterruptedException("closed");
            }
            String reason = String.valueOf(fault.getMessage());
            if (session.isOpen() && !reason.equals(lastFault)) {
                LOG.warn("{}: no calls back: {}", peer, reason);
                lastFault = reason;
            }
            return NotListeningException.refused(fault);
        }
    }

    private String listenWhereItIsFree(PeerSession session) throws IOException, InterruptedException {
        String path;
        try (FarFiles files = files(session)) {
            path = place(files);
            files.removeSocket(path);
        }
        if (!SocketForwarding.begin(session, path)) {
            throw new NotListeningException(
                    FarSocket.Fault.FORBIDDEN,
                    "its `sshd` does not listen at `%s` for us: the account needs `AllowStreamLocalForwarding yes`, a key without `restrict` or with `port-forwarding`, and the directory"
                            .formatted(path));
        }
        return path;
    }

    private FarFiles files(PeerSession session) throws IOException {
        try {
            return FarFiles.open(session);
        } catch (IOException none) {
            String without = back.isAbsolute()
                    ? "its `sshd` does not listen at `%s` for us, perhaps because that is left from before: set `StreamLocalBindUnlink yes` there, or remove it; %s"
                            .formatted(back.socket(), none.getMessage())
                    : "%s, and only that tells where the home is: name an absolute `reverse-socket`, and set `StreamLocalBindUnlink yes` there"
                            .formatted(none.getMessage());
            throw new NotListeningException(
                    back.isAbsolute() ? FarSocket.Fault.UNSEEN : FarSocket.Fault.HOMELESS, without);
        }
    }

    /** The socket's absolute path; a directory below the home is made when it is missing. */
    private String place(FarFiles files) throws IOException {
        if (back.isAbsolute()) {
            return back.socket();
        }
        String home = files.home();
        String path = (home.equals("/") ? "" : home) + "/" + back.socket();
        String directory = path.substring(0, path.lastIndexOf('/'));
        if (directory.length() > home.length()) {
            files.makeDirectory(directory);
        }
        return path;
    }
}
