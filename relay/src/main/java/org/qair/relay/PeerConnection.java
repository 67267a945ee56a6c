package org.qair.relay;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.sshd.client.future.OpenFuture;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.channel.exception.SshChannelOpenException;
import org.apache.sshd.common.session.ConnectionService;
import org.apache.sshd.common.session.Session;
import org.qair.call.CallException;
import org.qair.relay.connection.PeerSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One warm connection with the places for calls on it, and channels that were opened ahead of the calls that will use them.
 * Counts and ready channels belong to {@link PeerConnections} and are used under its lock; what sends or waits is called
 * without it.
 */
final class PeerConnection {
    private static final Logger LOG = LoggerFactory.getLogger(PeerConnection.class);

    /** How the opening of a channel ended. */
    enum Outcome {
        OPENED,
        /** The far end allows no more channels on this connection now. */
        FULL,
        /** The far end allows not even one. */
        REFUSED,
        /** The connection was lost; the request for the call was not sent. */
        LOST,
        /** The connection was lost when the request may have been on its way. */
        LOST_AFTER_REQUEST
    }

    private final Session session;
    private final long openedAt = System.nanoTime();
    private final Deque<CallChannel> ready = new ArrayDeque<>();
    private int places;
    private int opened;
    private int mostOpened;
    private int ordered;
    private volatile boolean begun;

    PeerConnection(Session session) {
        this.session = session;
    }

    Session session() {
        return session;
    }

    /** Whether channels can be opened on it: not yet when a relay has only just logged in. */
    boolean isUsable() {
        return session.isOpen() && hasBegun();
    }

    private boolean hasBegun() {
        if (begun) {
            return true;
        }
        try {
            begun = session.getService(ConnectionService.class) != null;
        } catch (IllegalStateException notYet) {
            LOG.trace("{}: logged in, and no more yet", session, notYet);
        }
        return begun;
    }

    /** Whether the far end has shown, less than this long ago, that it is there. */
    boolean heardWithin(Duration time) {
        return peer().map(peer -> System.nanoTime() - peer.heardAt() < time.toNanos())
                .orElse(true);
    }

    /** How long it has been open. */
    Duration age() {
        return Duration.ofNanos(System.nanoTime() - openedAt);
    }

    int places() {
        return places;
    }

    /** Places of calls: those of channels without a call are not among them. */
    int calls() {
        return places - ready.size() - ordered;
    }

    /** Channels that wait for a call, or are being opened to do so. */
    int ahead() {
        return ready.size() + ordered;
    }

    void takePlace() {
        places++;
    }

    void givePlaceBack() {
        places--;
    }

    void channelOpened() {
        opened++;
        mostOpened = Math.max(mostOpened, opened);
    }

    void channelClosed() {
        opened--;
        places--;
    }

    /** A channel is being opened ahead; it has its place. */
    void orderAhead() {
        places++;
        ordered++;
    }

    void orderedAheadEnded() {
        ordered--;
    }

    void addReady(CallChannel channel) {
        ready.add(channel);
    }

    void removeReady(CallChannel channel) {
        ready.remove(channel);
    }

    /** A channel that waits, together with its place. */
    Optional<CallChannel> takeReady() {
        return Optional.ofNullable(ready.poll());
    }

    Optional<CallChannel> firstReady() {
        return Optional.ofNullable(ready.peek());
    }

    /** The most channels that the far end has had open at once: what it is known to allow. */
    int mostOpened() {
        return mostOpened;
    }

    void whenClosed(Consumer<Optional<String>> action) {
        session.addCloseFutureListener(closed -> action.accept(peer().flatMap(PeerSession::reason)));
    }

    void close() {
        session.close(true);
    }

    /** How long ago the far end was last heard of; nothing is known of one that connected to this host. */
    Optional<Duration> silence() {
        return peer().map(peer -> Duration.ofNanos(System.nanoTime() - peer.heardAt()));
    }

    /** How long an answer takes to come. */
    Duration ping(Object farEnd, Duration patience) throws CallException, InterruptedException {
        return Ping.of(session, farEnd, patience);
    }

    /** What is known of a connection that was opened here. */
    Optional<PeerSession> peer() {
        return session instanceof PeerSession opened ? Optional.of(opened) : Optional.empty();
    }

    /** Opens the channel and, in the same breath, sends its request. */
    Outcome open(CallChannel channel, Duration atMost) throws InterruptedException {
        OpenFuture future;
        try {
            future = start(channel);
        } catch (IOException | RuntimeException e) {
            LOG.debug("{}: channel not opened: {}", session, e.toString());
            channel.close(true);
            return lost(channel);
        }
        await(future, channel, atMost);
        return future.isOpened() ? Outcome.OPENED : notOpened(future, channel);
    }

    /** Opens a channel without waiting for it. */
    void openAhead(CallChannel channel, Consumer<Outcome> result) {
        try {
            start(channel).addListener(future -> {
                boolean open = future.isOpened();
                result.accept(open ? Outcome.OPENED : notOpened(future, channel));
            });
        } catch (IOException | RuntimeException e) {
            LOG.debug("{}: no channel ahead: {}", session, e.toString());
            channel.close(true);
            result.accept(Outcome.LOST);
        }
    }

    private OpenFuture start(CallChannel channel) throws IOException {
        session.getService(ConnectionService.class).registerChannel(channel);
        return channel.open();
    }

    private Outcome notOpened(OpenFuture future, CallChannel channel) {
        channel.close(true);
        if (future.getException() instanceof SshChannelOpenException refusal && session.isOpen()) {
            return refused(refusal);
        }
        return lost(channel);
    }

    private Outcome refused(SshChannelOpenException refusal) {
        LOG.debug("{}: channel refused: {}", session, refusal.getMessage());
        boolean shortage = refusal.getReasonCode() == SshConstants.SSH_OPEN_RESOURCE_SHORTAGE;
        return shortage || mostOpened > 0 ? Outcome.FULL : Outcome.REFUSED;
    }

    private static Outcome lost(CallChannel channel) {
        return channel.wasRequested() ? Outcome.LOST_AFTER_REQUEST : Outcome.LOST;
    }

    private void await(OpenFuture future, CallChannel channel, Duration atMost) throws InterruptedException {
        try {
            if (!future.await(atMost)) {
                channel.abandon();
                LOG.warn("{}: no answer to the opening of a channel in {}, connection ended", session, atMost);
                peer().ifPresent(peer -> peer.endsBecause("no answer to the opening of a channel in " + atMost));
                session.close(true);
                future.await(atMost);
            }
        } catch (InterruptedIOException e) {
            // It may be open by now, and its request sent: then this tells the far end; else it is closed as soon as it
            // opens.
            channel.abandon();
            channel.close(false);
            throw new InterruptedException("interrupted while a channel opened");
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
