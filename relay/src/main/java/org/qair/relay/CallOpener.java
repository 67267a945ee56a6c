package org.qair.relay;

import java.io.IOException;
import java.time.Duration;
import org.qair.call.CallException;
import org.qair.relay.peer.Peer;
import org.qair.relay.socket.Together;
import org.qair.relay.stream.WindowBudget;

/**
 * Opens the channels for calls to one peer. A call whose request surely was not sent is tried once more on another
 * connection; from the moment the request may have been sent it never is. Thread-safe.
 */
final class CallOpener {
    private static final Duration ANSWER = Duration.ofSeconds(30);

    private final Peer peer;
    private final PeerConnections connections;
    private final WindowBudget windows;

    CallOpener(Peer peer, PeerConnections connections, WindowBudget windows) {
        this.peer = peer;
        this.connections = connections;
        this.windows = windows;
    }

    PeerConnections connections() {
        return connections;
    }

    /** An open channel on which the command was requested; it gives its place back when it closes. */
    CallChannel open(CallRequest request, Runnable events, StageWatch watch)
            throws CallException, InterruptedException {
        long deadline = System.nanoTime() + peer.limits().queueTimeout().toNanos();
        boolean lostBefore = false;
        boolean waitedBefore = false;
        while (true) {
            Place place = connections.places().take(deadline, waitedBefore, watch);
            watch.placed();
            waitedBefore = true;
            PeerConnection connection = place.connection();
            CallChannel channel = place.ready().orElseGet(() -> new CallChannel(windows));
            switch (open(place, channel, request, events)) {
                case OPENED -> {
                    return channel;
                }
                case FULL -> connections.places().noteFull(connection);
                case REFUSED -> connections.places().noteRefused(connection);
                case LOST_AFTER_REQUEST ->
                    throw new CallException.Failed("%s: the connection was lost as the call began%s"
                            .formatted(
                                    peer, channel.lossReason().map(": "::concat).orElse("")));
                case LOST -> {
                    if (lostBefore && !connection.isUsable()) {
                        throw new CallException.Failed("%s: the connection was lost, twice".formatted(peer));
                    }
                    lostBefore |= !connection.isUsable();
                }
            }
        }
    }

    private void openAhead(PeerConnection connection) {
        if (connections.places().orderAhead(connection)) {
            CallChannel next = new CallChannel(windows);
            connection.openAhead(next, outcome -> connections.places().aheadEnded(connection, next, outcome));
        }
    }

    private PeerConnection.Outcome open(Place place, CallChannel channel, CallRequest request, Runnable events)
            throws InterruptedException {
        PeerConnection connection = place.connection();
        try {
            if (place.ready().isPresent()) {
                useReady(connection, channel, request, events);
                return PeerConnection.Outcome.OPENED;
            }
            channel.begin(request, events);
        } catch (IOException e) {
            channel.close(true);
            return channel.wasRequested() ? PeerConnection.Outcome.LOST_AFTER_REQUEST : PeerConnection.Outcome.LOST;
        }
        PeerConnection.Outcome outcome = openNew(connection, channel);
        if (outcome == PeerConnection.Outcome.OPENED) {
            openAhead(connection);
        }
        return outcome;
    }

    /** The next call's channel is asked for in the same breath. */
    private void useReady(PeerConnection connection, CallChannel channel, CallRequest request, Runnable events)
            throws IOException {
        Together.<IOException>send(connection.session(), () -> {
            channel.begin(request, events);
            openAhead(connection);
        });
    }

    private PeerConnection.Outcome openNew(PeerConnection connection, CallChannel channel) throws InterruptedException {
        boolean opened = false;
        try {
            PeerConnection.Outcome outcome = connection.open(channel, ANSWER);
            opened = outcome == PeerConnection.Outcome.OPENED;
            return outcome;
        } finally {
            if (opened) {
                connections.places().opened(connection, channel);
            } else {
                connections.places().notOpened(connection);
            }
        }
    }
}
