package org.qair.relay;

import java.io.IOException;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.qair.call.CallException;
import org.qair.relay.connection.Connector;
import org.qair.relay.connection.PeerSession;
import org.qair.relay.peer.Peer;
import org.qair.relay.reverse.FarListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The warm connections to one peer. The first is opened on first use, or at once when it is wanted all the time, by one
 * thread for all that wait; further ones only when the far end allows no more calls on those there are. Thread-safe; no
 * other lock is taken while its own is held.
 */
final class PeerConnections implements FarListener.Connections, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PeerConnections.class);
    /** A connection that ends sooner counts as a failure to connect. */
    private static final Duration LASTING = Duration.ofSeconds(10);

    private final Peer peer;
    private final Connector connector;
    private final BackOff backOff =
            new BackOff(System::nanoTime, () -> ThreadLocalRandom.current().nextLong());
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition turn = lock.newCondition();
    private final Condition opened = lock.newCondition();
    private final Places places;
    private boolean connecting;
    private boolean closed;
    private boolean eager;
    /** Why there is no connection; nothing when the last try was a success. */
    private @Nullable String lastFailure;

    PeerConnections(Peer peer, Connector connector) {
        this.peer = peer;
        this.connector = connector;
        this.places = new Places(peer, lock, this::connectIfWanted);
    }

    Places places() {
        return places;
    }

    /** Whether a connection is wanted all the time, also when no call needs one. */
    void keepOpen(boolean wanted) {
        lock.lock();
        try {
            eager = wanted;
            connectIfWanted();
        } finally {
            lock.unlock();
        }
    }

    /** How many connections are open. */
    int size() {
        lock.lock();
        try {
            return places.connections().size();
        } finally {
            lock.unlock();
        }
    }

    /** An open connection; one is opened when there is none, which must succeed by the deadline. */
    PeerConnection anyOpen(long deadline) throws CallException, InterruptedException {
        Optional<PeerConnection> open = firstOpen();
        if (open.isPresent()) {
            return open.get();
        }
        Place place = places.take(deadline, false, new StageWatch());
        places.giveBack(place);
        return place.connection();
    }

    /** An open connection, for as long as it takes until there is one; none is opened for this alone. */
    @Override
    public PeerSession awaitOpen() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (true) {
                Optional<PeerSession> open = firstOpen().flatMap(PeerConnection::peer);
                if (open.isPresent()) {
                    return open.get();
                }
                opened.await();
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void renew(PeerSession session) {
        Optional<PeerConnection> idle;
        lock.lock();
        try {
            idle = places.connections().stream()
                    .filter(connection -> connection.peer().equals(Optional.of(session)) && connection.calls() == 0)
                    .findFirst();
            idle.ifPresent(places::remove); // from now on no call gets a place on it
        } finally {
            lock.unlock();
        }
        idle.ifPresent(PeerConnection::close);
    }

    private Optional<PeerConnection> firstOpen() {
        lock.lock();
        try {
            return places.connections().stream()
                    .filter(PeerConnection::isUsable)
                    .findFirst();
        } finally {
            lock.unlock();
        }
    }

    Reachability reachability() {
        lock.lock();
        try {
            List<PeerConnection> open = places.connections();
            return open.isEmpty()
                    ? Reachability.without(Optional.ofNullable(lastFailure))
                    : Reachability.connected(
                            open.size(),
                            open.stream()
                                    .flatMap(connection -> connection.silence().stream())
                                    .min(Comparator.naturalOrder()));
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        List<PeerConnection> ending;
        lock.lock();
        try {
            closed = true;
            ending = places.connections();
            places.end("%s: the transport is closing".formatted(peer));
            turn.signalAll();
        } finally {
            lock.unlock();
        }
        ending.forEach(PeerConnection::close);
    }

    private boolean isWanted() {
        int open = places.connections().size();
        return places.isFull() ? open < peer.limits().connections() : eager && open == 0;
    }

    private void connectIfWanted() {
        if (connecting) {
            turn.signal();
        } else if (!closed && isWanted()) {
            connecting = true;
            // A thread of its own, so that a caller who leaves does not take the connection from the others.
            Thread.ofVirtual().name("ssh-connect-" + peer.name()).start(this::connect);
        }
    }

    private void connect() {
        try {
            if (!awaitTurn()) {
                return;
            }
            PeerConnection connection = new PeerConnection(connector.connect(peer));
            LOG.info("{}: connected", peer);
            connected(connection);
            connection.whenClosed(reason -> lost(connection, reason));
        } catch (IOException | RuntimeException e) {
            failed(String.valueOf(e.getMessage()));
        } catch (InterruptedException e) {
            failed("%s: interrupted".formatted(peer));
        }
    }

    /** Waits until the next try is due; false when nobody wants it any more. */
    private boolean awaitTurn() throws InterruptedException {
        lock.lock();
        try {
            while (!closed && isWanted()) {
                long left = backOff.left(places.isFull());
                if (left <= 0) {
                    return true;
                }
                turn.awaitNanos(left);
            }
            connecting = false;
            return false;
        } finally {
            lock.unlock();
        }
    }

    private void connected(PeerConnection connection) {
        boolean unwanted;
        lock.lock();
        try {
            connecting = false;
            lastFailure = null;
            unwanted = closed;
            places.add(connection);
            opened.signalAll();
        } finally {
            lock.unlock();
        }
        if (unwanted) {
            connection.close();
        }
    }

    private void failed(String reason) {
        LOG.warn("not connected: {}", reason);
        lock.lock();
        try {
            connecting = false;
            lastFailure = reason;
            backOff.failed();
            places.notConnected(reason);
            connectIfWanted();
        } finally {
            lock.unlock();
        }
    }

    private void lost(PeerConnection connection, Optional<String> reason) {
        LOG.info("{}: disconnected{}", peer, reason.map(": "::concat).orElse(""));
        lock.lock();
        try {
            places.remove(connection);
            if (connection.age().compareTo(LASTING) >= 0) {
                backOff.succeeded();
            }
            backOff.failed();
            connectIfWanted();
        } finally {
            lock.unlock();
        }
    }
}
