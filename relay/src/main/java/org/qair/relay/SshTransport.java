package org.qair.relay;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.qair.call.Call;
import org.qair.call.CallException;
import org.qair.call.Service;
import org.qair.call.Streams;
import org.qair.call.Switchboard;
import org.qair.policy.QubeName;
import org.qair.relay.connection.Connector;
import org.qair.relay.peer.Peer;
import org.qair.relay.peer.RemoteRoute;
import org.qair.relay.peer.RemoteRoutes;
import org.qair.relay.reverse.CallsBack;
import org.qair.relay.reverse.FarListener;
import org.qair.relay.reverse.FarSocket;
import org.qair.relay.reverse.ReverseCalls;
import org.qair.relay.stream.WindowBudget;

/**
 * The built-in transport RPC {@code qubesair.SSHProxy}: carries a call to a RemoteVM over one warm SSH connection to its
 * peer, where {@code qrexec-client-vm --source-qube=SOURCE -- REMOTE-NAME SERVICE[+ARG]} is requested. A plain OpenSSH
 * server with that program is enough at the far end. A call is never sent again once its request may have arrived. Safe
 * for use by many calls at once.
 */
public final class SshTransport implements Service, AutoCloseable {
    /** What the field calls this service. */
    public static final String NAME = "qubesair.SSHProxy";

    private static final Duration DRAIN = Duration.ofSeconds(2);
    private static final long BUFFER_BYTES = 96L << 20;

    private final RemoteRoutes routes;
    private final HeldConnections held;
    private final CallStages.Listener listener;
    private final WindowBudget windows = new WindowBudget(BUFFER_BYTES);
    private final ReverseCalls reverse;
    private final Connector connector;
    private final Map<Peer, CallOpener> peers = new ConcurrentHashMap<>();
    private final Map<Peer, FarListener> listeners = new ConcurrentHashMap<>();

    /** Connects to nothing yet. */
    public SshTransport(RemoteRoutes routes) {
        this(routes, new HeldConnections(), (call, stages) -> {});
    }

    /**
     * Connects to nothing yet.
     *
     * @param held the connections to this host's endpoint, for routes through them
     * @param listener learns how long each stage of each call took
     */
    public SshTransport(RemoteRoutes routes, HeldConnections held, CallStages.Listener listener) {
        this.routes = routes;
        this.held = held;
        this.listener = listener;
        reverse = new ReverseCalls(routes, windows);
        connector = new Connector(reverse.channels());
    }

    @Override
    public int run(Call call, Streams streams) throws CallException, InterruptedException {
        TransportRequest request = TransportRequest.of(call.service());
        RemoteRoute route = routes.find(call.target(), request.remoteVm());
        CallRequest wanted = new CallRequest(
                request.command(call.source(), route.remoteName()),
                call.context().next());
        RemoteCall remote = new RemoteCall(route.farEnd(), streams, DRAIN);
        StageWatch watch = new StageWatch();
        CallChannel channel;
        try {
            channel = open(call, route, wanted, remote::changed, watch);
        } catch (CallException | InterruptedException | RuntimeException e) {
            listener.ended(call.id(), watch.withoutChannel());
            throw e;
        }
        try {
            return remote.run(channel);
        } finally {
            listener.ended(call.id(), watch.with(channel));
        }
    }

    private CallChannel open(Call call, RemoteRoute route, CallRequest wanted, Runnable events, StageWatch watch)
            throws CallException, InterruptedException {
        return switch (route) {
            case RemoteRoute.ToPeer(String _, Peer peer) -> opener(peer).open(wanted, events, watch);
            case RemoteRoute.ThroughHeld(String _, QubeName relay) -> {
                checkItDoesNotGoBack(call, relay);
                CallChannel opened = held.open(relay, wanted, windows, events);
                watch.placed();
                yield opened;
            }
        };
    }

    /** The machine at the other end of the connection could have made the call itself. */
    private static void checkItDoesNotGoBack(Call call, QubeName relay) throws CallException.Refused {
        if (call.via().equals(Optional.of(relay))) {
            throw new CallException.Refused(
                    "it came through relay `%s` and would go back to where it came from".formatted(relay));
        }
    }

    /**
     * From now on these peers, and no others, may call back through the connections to them, each as a relay of this host. Those that
     * have OpenSSH alone are made to listen for such calls. A connection to each should be kept open.
     */
    public void takeCallsBack(Map<Peer, CallsBack> back, Switchboard switchboard) {
        reverse.follow(back, switchboard);
        listeners.forEach((peer, listening) -> {
            CallsBack how = back.get(peer);
            if ((how == null || !how.socket().equals(listening.socket())) && listeners.remove(peer, listening)) {
                listening.close();
            }
        });
        back.forEach((peer, how) ->
                listeners.computeIfAbsent(peer, wanted -> FarListener.start(wanted, how, connections(wanted))));
    }

    /**
     * From now on these peers, and no others, are connected to at once and again after each loss, with growing pauses; the
     * rest when a call needs them.
     */
    public void keepOpen(Set<Peer> eager) {
        eager.forEach(peer -> opener(peer).connections().keepOpen(true));
        peers.forEach((peer, opener) -> opener.connections().keepOpen(eager.contains(peer)));
    }

    /**
     * A round trip to the far end of a RemoteVM on the connection that its calls take, which is opened when there is none. It asks what
     * every SSH server answers; no call is made, and no policy is asked.
     *
     * @param patience how long to wait for the connection, and for the answer
     */
    public Duration ping(QubeName relay, QubeName remoteVm, Duration patience)
            throws CallException, InterruptedException {
        RemoteRoute route = routes.find(relay, remoteVm);
        return switch (route) {
            case RemoteRoute.ToPeer(String _, Peer peer) ->
                connections(peer)
                        .anyOpen(System.nanoTime() + patience.toNanos())
                        .ping(route.farEnd(), patience);
            case RemoteRoute.ThroughHeld(String _, QubeName holder) -> held.ping(holder, patience);
        };
    }

    /** What is known of the way to a RemoteVM, without trying it. */
    public Reachability reachability(QubeName relay, QubeName remoteVm) throws CallException {
        return switch (routes.find(relay, remoteVm)) {
            case RemoteRoute.ToPeer(String _, Peer peer) ->
                Optional.ofNullable(peers.get(peer))
                        .map(opener -> opener.connections().reachability())
                        .orElse(Reachability.without(Optional.empty()));
            case RemoteRoute.ThroughHeld(String _, QubeName holder) -> held.reachability(holder);
        };
    }

    /**
     * Whether a machine with OpenSSH alone listens for calls back from a RemoteVM; empty when that may not call back through a connection
     * of ours. Where the machine refused before, it is asked again.
     *
     * @param patience how long to wait for its answer
     */
    public Optional<FarSocket> farSocket(QubeName relay, QubeName remoteVm, Duration patience)
            throws CallException, InterruptedException {
        if (routes.find(relay, remoteVm) instanceof RemoteRoute.ToPeer(String _, Peer peer)) {
            FarListener listening = listeners.get(peer);
            return listening == null ? Optional.empty() : Optional.of(listening.state(patience));
        }
        return Optional.empty();
    }

    /** Ends the connections to a peer that is no longer wanted, with their calls. */
    public void drop(Peer peer) {
        Optional.ofNullable(listeners.remove(peer)).ifPresent(FarListener::close);
        CallOpener dropped = peers.remove(peer);
        if (dropped != null) {
            dropped.connections().close();
        }
    }

    /** Ends the connections to all peers that are no longer wanted as they are, with their calls. */
    public void retain(Predicate<Peer> wanted) {
        peers.keySet().stream().filter(wanted.negate()).toList().forEach(this::drop);
    }

    /** Ends every connection with its calls. */
    @Override
    public void close() {
        listeners.values().forEach(FarListener::close);
        peers.values().forEach(opener -> opener.connections().close());
        connector.close();
    }

    /** How many connections are open. */
    public int connections() {
        return peers.values().stream()
                .mapToInt(opener -> opener.connections().size())
                .sum();
    }

    /** How many calls wait for a place on a connection. */
    public int waiting() {
        return peers.values().stream()
                .mapToInt(opener -> opener.connections().places().waiting())
                .sum();
    }

    PeerConnections connections(Peer peer) {
        return opener(peer).connections();
    }

    private CallOpener opener(Peer peer) {
        return peers.computeIfAbsent(
                peer, wanted -> new CallOpener(wanted, new PeerConnections(wanted, connector), windows));
    }
}
