package org.qair.relay.reverse;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.apache.sshd.common.channel.Channel;
import org.apache.sshd.common.channel.ChannelFactory;
import org.apache.sshd.common.session.Session;
import org.qair.call.Switchboard;
import org.qair.relay.connection.PeerSession;
import org.qair.relay.incoming.CallCounts;
import org.qair.relay.incoming.EndpointChannel;
import org.qair.relay.peer.Peer;
import org.qair.relay.peer.RemoteRoutes;
import org.qair.relay.stream.WindowBudget;

/**
 * Takes the calls that peers make back through the connections that were opened to them. Which relay such a call comes by is
 * known from the peer alone; the far side has no say in it. Thread-safe.
 */
public final class ReverseCalls {
    /** The type of the channels that a Qair host opens for them. */
    public static final String CHANNEL = "call@qair.org";

    private final RemoteRoutes routes;
    private final WindowBudget windows;
    private final CallCounts counts = new CallCounts();
    private final Map<Peer, ReverseDoor> doors = new ConcurrentHashMap<>();

    public ReverseCalls(RemoteRoutes routes, WindowBudget windows) {
        this.routes = routes;
        this.windows = windows;
    }

    /** From now on these peers, and no others, may call back, each as its relay. */
    public void follow(Map<Peer, CallsBack> peers, Switchboard switchboard) {
        doors.keySet().retainAll(peers.keySet());
        peers.forEach(
                (peer, back) -> doors.put(peer, new ReverseDoor(peer, back, routes, switchboard, windows, counts)));
    }

    /** The channels that a peer may open to us: a Qair host its own, an {@code sshd} those of the socket that it listens at. */
    public List<ChannelFactory> channels() {
        return List.of(
                new Channels(CHANNEL, EndpointChannel::new),
                new Channels(ForwardedChannel.TYPE, ForwardedChannel::new));
    }

    private final class Channels implements ChannelFactory {
        private final String type;
        private final Function<ReverseDoor, Channel> make;

        Channels(String type, Function<ReverseDoor, Channel> make) {
            this.type = type;
            this.make = make;
        }

        @Override
        public String getName() {
            return type;
        }

        @Override
        public Channel createChannel(Session session) {
            Optional<Peer> peer = session instanceof PeerSession opened ? opened.peer() : Optional.empty();
            return peer.map(doors::get).map(make).orElseGet(RefusedChannel::new);
        }
    }
}
