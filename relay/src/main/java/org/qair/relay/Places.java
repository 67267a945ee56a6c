package org.qair.relay;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.qair.call.CallException;
import org.qair.relay.peer.Peer;

/**
 * The places for calls on the connections to one peer: as many on each as the far end allows, which is learnt from its
 * refusals. Calls beyond that queue, first come, first served, with a deadline. Methods may be called from any thread;
 * those that say so only under the lock that it is made with, under which no other is taken.
 */
final class Places {
    private static final int MOST_AHEAD = 16;
    private static final Duration SETTLING = Duration.ofMillis(100);

    private final Peer peer;
    private final ReentrantLock lock;
    private final Runnable connectionWanted;
    private final Condition settled;
    private final PlaceQueue queue;
    private final List<PeerConnection> connections = new ArrayList<>();
    private final CallLimit limit;
    private @Nullable String ended;

    /** @param connectionWanted called under the lock when calls wait that have no place */
    Places(Peer peer, ReentrantLock lock, Runnable connectionWanted) {
        this.peer = peer;
        this.lock = lock;
        this.connectionWanted = connectionWanted;
        this.settled = lock.newCondition();
        this.queue = new PlaceQueue(lock);
        this.limit = new CallLimit(peer, System::nanoTime);
    }

    /** The open connections. Only under the lock. */
    List<PeerConnection> connections() {
        return List.copyOf(connections);
    }

    /** Whether calls wait. Only under the lock. */
    boolean isFull() {
        return !queue.isEmpty();
    }

    /** How many calls wait. */
    int waiting() {
        lock.lock();
        try {
            return queue.size();
        } finally {
            lock.unlock();
        }
    }

    /** A channel that was opened ahead, for tests. */
    Optional<CallChannel> firstReady() {
        lock.lock();
        try {
            return connections.stream()
                    .flatMap(connection -> connection.firstReady().stream())
                    .findFirst();
        } finally {
            lock.unlock();
        }
    }

    /** A connection is open. Only under the lock. */
    void add(PeerConnection connection) {
        if (connections.isEmpty()) {
            limit.forget();
            queue.connected();
        }
        connections.add(connection);
        serve();
    }

    /** A connection is gone. Only under the lock. */
    void remove(PeerConnection connection) {
        connections.remove(connection);
    }

    /** There is no connection, and none could be opened: nobody waits for one any longer. Only under the lock. */
    void notConnected(String reason) {
        if (connections.isEmpty()) {
            queue.fail(reason);
        }
    }

    /** Gives no more places. Only under the lock. */
    void end(String reason) {
        ended = reason;
        queue.fail(reason);
    }

    /**
     * Waits for a place, which is the caller's until its channel closes or {@link #notOpened} is called.
     *
     * @param waitedBefore to go before all others
     */
    Place take(long deadline, boolean waitedBefore, StageWatch watch) throws CallException, InterruptedException {
        lock.lock();
        try {
            if (ended != null) {
                throw new CallException.Failed(ended);
            }
            Optional<Place> free = queue.isEmpty() || waitedBefore ? free() : Optional.empty();
            if (free.isPresent()) {
                return free.get();
            }
            boolean cold = connections.isEmpty();
            PlaceQueue.Waiting waiting = queue.add(waitedBefore);
            connectionWanted.run();
            Place place = await(waiting, deadline);
            watch.connected(cold ? waiting.connecting() : 0);
            return place;
        } finally {
            lock.unlock();
        }
    }

    private Place await(PlaceQueue.Waiting waiting, long deadline) throws CallException, InterruptedException {
        try {
            while (!waiting.isDecided()) {
                long left = deadline - System.nanoTime();
                if (left <= 0) {
                    throw new CallException.Failed(noPlace());
                }
                waiting.await(left);
            }
            return waiting.place();
        } catch (InterruptedException e) {
            Place given = waiting.given();
            if (given != null) {
                handBack(given);
            }
            throw e;
        } finally {
            queue.leave(waiting);
        }
    }

    private void handBack(Place place) {
        if (place.ready().isEmpty()) {
            place.connection().givePlaceBack();
        } else if (!place.ready().get().isClosing()) { // else its close gives the place back
            place.connection().addReady(place.ready().get());
        }
        serve();
    }

    /** A place is not needed after all. */
    void giveBack(Place place) {
        lock.lock();
        try {
            handBack(place);
        } finally {
            lock.unlock();
        }
    }

    private String noPlace() {
        Duration time = peer.limits().queueTimeout();
        return connections.isEmpty()
                ? "%s: no connection in %s".formatted(peer, time)
                : "%s: no free place in %s: %d connections with %s calls each are in use"
                        .formatted(peer, time, connections.size(), limit.value());
    }

    /** A call has an open channel in its place. */
    void opened(PeerConnection connection, CallChannel channel) {
        lock.lock();
        try {
            noteOpened(connection);
        } finally {
            lock.unlock();
        }
        channel.addCloseFutureListener(ended -> channelClosed(connection, channel));
    }

    /** A place is not needed any more, and has no channel. */
    void notOpened(PeerConnection connection) {
        lock.lock();
        try {
            connection.givePlaceBack();
            serve();
        } finally {
            lock.unlock();
        }
    }

    private void noteOpened(PeerConnection connection) {
        connection.channelOpened();
        settled.signalAll();
        if (limit.raisedTo(connection.mostOpened())) {
            serve();
        }
    }

    private void channelClosed(PeerConnection connection, CallChannel channel) {
        lock.lock();
        try {
            connection.removeReady(channel);
            connection.channelClosed();
            serve();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Whether a channel is to be opened ahead of the next call, which then needs one round trip less: as long as there are no
     * more of them than calls. It has its place then, and {@link #aheadEnded} must be called.
     */
    boolean orderAhead(PeerConnection connection) {
        lock.lock();
        try {
            int wanted = Math.min(MOST_AHEAD, connection.calls());
            boolean room = connection.places() < limit.value() && queue.isEmpty();
            boolean useful = ended == null && room && connection.isUsable() && connection.ahead() < wanted;
            if (useful) {
                connection.orderAhead();
            }
            return useful;
        } finally {
            lock.unlock();
        }
    }

    void aheadEnded(PeerConnection connection, CallChannel channel, PeerConnection.Outcome outcome) {
        boolean opened = outcome == PeerConnection.Outcome.OPENED;
        lock.lock();
        try {
            connection.orderedAheadEnded();
            if (opened) {
                connection.addReady(channel);
                noteOpened(connection);
            } else {
                connection.givePlaceBack();
            }
            if (outcome == PeerConnection.Outcome.FULL) {
                limit.refused(connection.mostOpened());
            }
            serve();
        } finally {
            lock.unlock();
        }
        if (opened) {
            channel.addCloseFutureListener(ended -> channelClosed(connection, channel));
        }
    }

    /**
     * A refusal says that the connection is full, unless nothing is or was open on it. Others that are being opened count:
     * their success may not have been noted yet.
     */
    void noteRefused(PeerConnection connection) throws CallException, InterruptedException {
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

    @SuppressWarnings("WaitNotInLoop") // a pause, which may be shorter; the caller is the loop
    void noteFull(PeerConnection connection) throws InterruptedException {
        lock.lock();
        try {
            limit.refused(connection.mostOpened());
            if (connection.mostOpened() == 0) {
                settled.awaitNanos(SETTLING.toNanos());
            }
        } finally {
            lock.unlock();
        }
    }

    /** A channel that is open already, where the far end is surely there; else a place for a new one. */
    private Optional<Place> free() {
        Duration silence = peer.limits().keepAlive().multipliedBy(2);
        for (PeerConnection connection : connections) {
            if (connection.isUsable() && connection.heardWithin(silence)) {
                Optional<CallChannel> ready = connection.takeReady();
                if (ready.isPresent()) {
                    return Optional.of(new Place(connection, ready));
                }
            }
        }
        for (PeerConnection connection : connections) {
            if (connection.isUsable() && connection.places() < limit.value()) {
                connection.takePlace();
                return Optional.of(new Place(connection, Optional.empty()));
            }
        }
        return Optional.empty();
    }

    private void serve() {
        while (!queue.isEmpty()) {
            Optional<Place> free = free().or(() -> limit.tryOneMore() ? free() : Optional.empty());
            if (free.isEmpty()) {
                connectionWanted.run();
                return;
            }
            queue.serve(free.get());
        }
    }
}
