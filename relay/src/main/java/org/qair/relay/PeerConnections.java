package org.qair.relay;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.qair.call.CallException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The warm connections to one peer. The first is opened on first use, by one thread for all that wait; further ones only
 * when the far end allows no more channels on those there are. Calls beyond that queue, with a deadline. Thread-safe; no
 * other lock is taken while its own is held.
 */
final class PeerConnections implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PeerConnections.class);
    private static final Duration SHORTEST_PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);
    private static final Duration OPEN_ANSWER = Duration.ofSeconds(30);
    private static final int UNKNOWN = Integer.MAX_VALUE;

    private final Peer peer;
    private final Connector connector;
    private final WindowBudget windows;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final List<PeerConnection> connections = new ArrayList<>();
    private boolean connecting;
    private boolean closed;
    private boolean keptOpen;
    /** Channels that the far end allows on a connection, as far as it has shown. */
    private int allowed = UNKNOWN;

    private int failuresInARow;
    private long failures;
    private String lastFailure = "";
    private long notBefore = System.nanoTime();

    PeerConnections(Peer peer, Connector connector, WindowBudget windows) {
        this.peer = peer;
        this.connector = connector;
        this.windows = windows;
    }

    /** An open channel on which the command was requested; it gives its place back when it closes. */
    CallChannel open(CallRequest request, Runnable events) throws CallException, InterruptedException {
        long deadline = System.nanoTime() + peer.limits().queueTimeout().toNanos();
        boolean lostBefore = false;
        while (true) {
            PeerConnection connection = takePlace(deadline);
            CallChannel channel = new CallChannel(request, windows, events);
            switch (openOn(connection, channel)) {
                case OPENED -> {
                    return channel;
                }
                case FULL -> noteFull(connection);
                case REFUSED -> noteRefused(connection);
                case LOST_AFTER_REQUEST ->
                    throw new CallException.Failed("%s: the connection was lost as the call began".formatted(peer));
                case LOST -> {
                    // Surely not started: once more, on another connection.
                    if (lostBefore) {
                        throw new CallException.Failed("%s: the connection was lost, twice".formatted(peer));
                    }
                    lostBefore = true;
                }
            }
        }
    }

    /** From now on there is a connection: opened at once, and again whenever the last one was lost. */
    void keepOpen() {
        lock.lock();
        try {
            keptOpen = true;
            connectIfKeptOpen();
        } finally {
            lock.unlock();
        }
    }

    /** How many connections are open. */
    int size() {
        lock.lock();
        try {
            return connections.size();
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
            ending = List.copyOf(connections);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        ending.forEach(PeerConnection::close);
    }

    private PeerConnection.Outcome openOn(PeerConnection connection, CallChannel channel) throws InterruptedException {
        PeerConnection.Outcome outcome = PeerConnection.Outcome.LOST;
        try {
            outcome = connection.open(channel, OPEN_ANSWER);
            return outcome;
        } finally {
            settle(connection, channel, outcome == PeerConnection.Outcome.OPENED);
        }
    }

    private void settle(PeerConnection connection, CallChannel channel, boolean opened) {
        lock.lock();
        try {
            if (opened) {
                connection.channelOpened();
                learnMore(connection.mostOpened());
            } else {
                connection.givePlaceBack();
                changed.signal();
            }
        } finally {
            lock.unlock();
        }
        if (opened) {
            channel.addCloseFutureListener(ended -> channelClosed(connection));
        }
    }

    /** Channels that were being opened when one was refused may have brought the number above what was learnt then. */
    private void learnMore(int atOnce) {
        if (allowed != UNKNOWN && atOnce > allowed) {
            allowed = atOnce;
            changed.signalAll();
        }
    }

    private void channelClosed(PeerConnection connection) {
        lock.lock();
        try {
            connection.channelClosed();
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    /**
     * A refusal says that the connection is full, unless nothing is or was open on it. Others that are being opened count: their
     * success may not have been noted yet.
     */
    private void noteRefused(PeerConnection connection) throws CallException, InterruptedException {
        lock.lock();
        try {
            if (connection.mostOpened() == 0 && connection.places() == 0) {
                throw new CallException.Failed("%s allows no call on a connection".formatted(peer));
            }
            noteFull(connection);
        } finally {
            lock.unlock();
        }
    }

    /**
     * What was open at once is what the far end allows, as far as it has shown. The number of now is no measure: the far end
     * may not have put away yet what has ended here.
     */
    @SuppressWarnings("WaitNotInLoop") // a pause, which may be shorter; the caller is the loop
    private void noteFull(PeerConnection connection) throws InterruptedException {
        lock.lock();
        try {
            int known = connection.mostOpened();
            if (known == 0) {
                changed.awaitNanos(jittered(SHORTEST_PAUSE));
            } else if (known < allowed) {
                LOG.info("{} allows {} calls on a connection", peer, known);
                allowed = known;
            }
        } finally {
            lock.unlock();
        }
    }

    private PeerConnection takePlace(long deadline) throws CallException, InterruptedException {
        lock.lock();
        try {
            long failuresSeen = failures;
            while (true) {
                if (closed) {
                    throw new CallException.Failed("%s: the transport is closing".formatted(peer));
                }
                Optional<PeerConnection> free = connections.stream()
                        .filter(connection -> connection.isUsable() && connection.places() < allowed)
                        .findFirst();
                if (free.isPresent()) {
                    free.get().takePlace();
                    return free.get();
                }
                if (connections.isEmpty() && failures > failuresSeen) {
                    throw new CallException.Failed(lastFailure);
                }
                connectIfUseful();
                awaitChange(deadline);
            }
        } finally {
            lock.unlock();
        }
    }

    @SuppressWarnings("WaitNotInLoop") // the caller is the loop
    private void awaitChange(long deadline) throws CallException, InterruptedException {
        long left = deadline - System.nanoTime();
        if (left <= 0) {
            throw new CallException.Failed("%s: no free place in %s: %d connections with %s calls each are in use"
                    .formatted(
                            peer,
                            peer.limits().queueTimeout(),
                            connections.size(),
                            allowed == UNKNOWN ? "all" : allowed));
        }
        try {
            changed.awaitNanos(left);
        } catch (InterruptedException e) {
            changed.signal(); // the wake-up may have been meant for this thread
            throw e;
        }
    }

    private void connectIfKeptOpen() {
        if (keptOpen && !closed && connections.isEmpty()) {
            connectIfUseful();
        }
    }

    private void connectIfUseful() {
        if (!connecting && connections.size() < peer.limits().connections()) {
            connecting = true;
            long pause = Math.max(0, notBefore - System.nanoTime());
            Thread.ofVirtual().name("ssh-connect-" + peer.name()).start(() -> connect(pause));
        }
    }

    /** Runs in a thread of its own, so that a caller who leaves does not take the connection from the others. */
    private void connect(long pause) {
        try {
            Thread.sleep(Duration.ofNanos(pause));
            PeerConnection connection = new PeerConnection(connector.connect(peer));
            connected(connection);
            connection.whenClosed(() -> lost(connection));
            LOG.info("{}: connected", peer);
        } catch (IOException | RuntimeException e) {
            failed(String.valueOf(e.getMessage()));
        } catch (InterruptedException e) {
            failed("%s: interrupted".formatted(peer));
        }
    }

    private void connected(PeerConnection connection) {
        boolean unwanted;
        lock.lock();
        try {
            connecting = false;
            unwanted = closed;
            failuresInARow = 0;
            if (connections.isEmpty()) {
                allowed = UNKNOWN;
            }
            connections.add(connection);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        if (unwanted) {
            connection.close();
        }
    }

    private void failed(String reason) {
        lock.lock();
        try {
            if (failuresInARow == 0 || !reason.equals(lastFailure)) {
                LOG.warn("not connected: {}", reason);
            }
            connecting = false;
            failures++;
            failuresInARow++;
            lastFailure = reason;
            Duration pause = SHORTEST_PAUSE.multipliedBy(1L << Math.min(failuresInARow, 10));
            notBefore = System.nanoTime() + jittered(pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE);
            changed.signalAll();
            connectIfKeptOpen();
        } finally {
            lock.unlock();
        }
    }

    private void lost(PeerConnection connection) {
        lock.lock();
        try {
            connections.remove(connection);
            changed.signalAll();
            connectIfKeptOpen();
        } finally {
            lock.unlock();
        }
        LOG.info("{}: disconnected", peer);
    }

    private static long jittered(Duration pause) {
        long nanos = pause.toNanos();
        return nanos / 2 + ThreadLocalRandom.current().nextLong(nanos / 2 + 1);
    }
}
