package org.qair.relay;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.qair.call.Call;
import org.qair.call.CallException;
import org.qair.call.Service;
import org.qair.call.Streams;
import org.qair.call.Switchboard;
import org.qair.policy.QubeName;

/**
 * The built-in transport RPC {@code qubesair.SSHProxy}: carries a call to a RemoteVM over one warm SSH connection to its
 * peer, where {@code qrexec-client-vm --source-qube=SOURCE -- REMOTE-NAME SERVICE[+ARG]} is requested. A plain OpenSSH
 * server with that program is enough at the far end. A call is never sent again once its request may have arrived. Safe
 * for use by many calls at once.
 */
public final class SshTransport implements Service, AutoCloseable {
    private static final Duration DRAIN = Duration.ofSeconds(2);
    private static final long BUFFER_BYTES = 96L << 20;

    private final RemoteRoutes routes;
    private final HeldConnections held;
    private final WindowBudget windows = new WindowBudget(BUFFER_BYTES);
    private final ReverseCalls reverse = new ReverseCalls(windows);
    private final Connector connector = new Connector(List.of(reverse));
    private final Map<Peer, PeerConnections> peers = new ConcurrentHashMap<>();

    /** One that calls nobody back. */
    public SshTransport(RemoteRoutes routes) {
        this(routes, new HeldConnections());
    }

    /**
     * Connects to nothing yet.
     *
     * @param held the connections to this host's endpoint, for routes through them
     */
    public SshTransport(RemoteRoutes routes, HeldConnections held) {
        this.routes = routes;
        this.held = held;
    }

    @Override
    public int run(Call call, Streams streams) throws CallException, InterruptedException {
        TransportRequest request = TransportRequest.of(call.service());
        RemoteRoute route = routes.find(call.target(), request.remoteVm());
        CallRequest wanted = new CallRequest(request.command(call.source(), route.remoteName()), call.hops() + 1);
        return switch (route) {
            case RemoteRoute.ToPeer(String _, Peer peer) -> {
                RemoteCall remote = new RemoteCall(peer, streams, DRAIN);
                yield remote.run(connections(peer).open(wanted, remote::changed));
            }
            case RemoteRoute.ThroughHeld(String _, QubeName relay) -> {
                checkItDoesNotGoBack(call, relay);
                RemoteCall remote = new RemoteCall("relay `%s`".formatted(relay), streams, DRAIN);
                yield remote.run(held.open(relay, wanted, windows, remote::changed));
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
     * Keeps a connection to the peer open from now on, and takes the calls that the peer makes back through it, as those of
     * a relay of this host.
     */
    public void takeCallsBack(Peer peer, QubeName relay, Switchboard switchboard) {
        reverse.take(peer, relay, switchboard);
        connections(peer).keepOpen();
    }

    /** Ends the connections to a peer that is no longer wanted, with their calls. */
    public void drop(Peer peer) {
        reverse.refuse(peer);
        PeerConnections dropped = peers.remove(peer);
        if (dropped != null) {
            dropped.close();
        }
    }

    /** Ends every connection with its calls. */
    @Override
    public void close() {
        peers.values().forEach(PeerConnections::close);
        connector.close();
    }

    PeerConnections connections(Peer peer) {
        return peers.computeIfAbsent(peer, wanted -> new PeerConnections(wanted, connector, windows));
    }
}
