package org.qair.relay;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.sshd.common.session.Session;
import org.qair.call.CallException;
import org.qair.policy.QubeName;
import org.qair.relay.stream.WindowBudget;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connections that relays hold to this host's endpoint, which are the way to machines that cannot be reached
 * otherwise: they are called back through them. Thread-safe.
 */
public final class HeldConnections {
    private static final Logger LOG = LoggerFactory.getLogger(HeldConnections.class);
    private static final Duration OPEN_ANSWER = Duration.ofSeconds(30);

    private final Map<QubeName, List<PeerConnection>> connections = new ConcurrentHashMap<>();

    public void add(QubeName relay, Session session) {
        PeerConnection connection = new PeerConnection(session);
        List<PeerConnection> ofRelay = connections.computeIfAbsent(relay, name -> new CopyOnWriteArrayList<>());
        ofRelay.add(connection);
        connection.whenClosed(reason -> ofRelay.remove(connection));
    }

    /** How many connections a relay holds; one that is ending is none. */
    int count(QubeName relay) {
        return Math.toIntExact(connections.getOrDefault(relay, List.of()).stream()
                .filter(PeerConnection::isUsable)
                .count());
    }

    Reachability reachability(QubeName relay) {
        int open = count(relay);
        return open > 0
                ? Reachability.connected(open, Optional.empty())
                : Reachability.without(Optional.of("relay `%s` is not connected".formatted(relay)));
    }

    /** How long an answer of the relay's machine takes to come. */
    Duration ping(QubeName relay, Duration patience) throws CallException, InterruptedException {
        for (PeerConnection connection : connections.getOrDefault(relay, List.of())) {
            if (connection.isUsable()) {
                return connection.ping("relay `%s`".formatted(relay), patience);
            }
        }
        throw new CallException.Failed("relay `%s` is not connected".formatted(relay));
    }

    /**
     * An open channel to the relay's machine on which the call was requested. Any connection that lives will do; another is
     * tried only when the call surely did not start.
     */
    CallChannel open(QubeName relay, CallRequest request, WindowBudget windows, Runnable events)
            throws CallException, InterruptedException {
        String reason = "relay `%s` is not connected".formatted(relay);
        for (PeerConnection connection : connections.getOrDefault(relay, List.of())) {
            if (!connection.isUsable()) {
                continue;
            }
            CallChannel channel = new CallChannel(CallChannel.REVERSE, windows);
            channel.prepare(request, events);
            PeerConnection.Outcome outcome = connection.open(channel, OPEN_ANSWER);
            if (outcome == PeerConnection.Outcome.OPENED) {
                return channel;
            }
            LOG.debug("relay `{}`: call back not opened: {}", relay, outcome);
            reason = reason(relay, outcome);
            if (outcome == PeerConnection.Outcome.LOST_AFTER_REQUEST) {
                break;
            }
        }
        throw new CallException.Failed(reason);
    }

    private static String reason(QubeName relay, PeerConnection.Outcome outcome) {
        return switch (outcome) {
            case FULL -> "relay `%s` has too many calls back already".formatted(relay);
            case REFUSED ->
                "relay `%s` is connected and takes no calls back: set `reverse = true` in its [[peer]]"
                        .formatted(relay);
            case OPENED, LOST -> "relay `%s` is not connected any more".formatted(relay);
            case LOST_AFTER_REQUEST -> "relay `%s`: the connection was lost as the call began".formatted(relay);
        };
    }
}
