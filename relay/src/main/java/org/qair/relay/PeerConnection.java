package org.qair.relay;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import org.apache.sshd.client.future.OpenFuture;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.channel.exception.SshChannelOpenException;
import org.apache.sshd.common.session.ConnectionService;
import org.apache.sshd.common.session.Session;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One warm connection with the places for calls on it. The counts belong to {@link PeerConnections} and are used under
 * its lock; {@link #open} is called without it.
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
    private int places;
    private int opened;
    private int mostOpened;

    PeerConnection(Session session) {
        this.session = session;
    }

    boolean isUsable() {
        return session.isOpen();
    }

    int places() {
        return places;
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

    /** The most channels that the far end has had open at once: what it is known to allow. */
    int mostOpened() {
        return mostOpened;
    }

    void whenClosed(Runnable action) {
        session.addCloseFutureListener(closed -> action.run());
    }

    void close() {
        session.close(true);
    }

    /** Opens the channel and, in the same breath, sends its request. */
    Outcome open(CallChannel channel, Duration atMost) throws InterruptedException {
        OpenFuture future;
        try {
            session.getService(ConnectionService.class).registerChannel(channel);
            future = channel.open();
        } catch (IOException | RuntimeException e) {
            LOG.debug("{}: channel not opened: {}", session, e.toString());
            channel.close(true);
            return lost(channel);
        }
        await(future, channel, atMost);
        if (future.isOpened()) {
            return Outcome.OPENED;
        }
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
                session.close(true);
                future.await(atMost);
            }
        } catch (InterruptedIOException e) {
            channel.abandon();
            future.cancel();
            throw new InterruptedException("interrupted while a channel opened");
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
