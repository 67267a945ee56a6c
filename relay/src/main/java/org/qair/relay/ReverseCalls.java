package org.qair.relay;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.sshd.common.channel.Channel;
import org.apache.sshd.common.channel.ChannelFactory;
import org.apache.sshd.common.session.Session;
import org.qair.call.Switchboard;
import org.qair.policy.QubeName;

/**
 * Takes the calls that peers make back through the connections that were opened to them. Which relay such a call comes by is
 * known from the peer alone; the far side has no say in it. Thread-safe.
 */
final class ReverseCalls implements ChannelFactory {
    private static final int CALLS_PER_RELAY = RelayLimits.DEFAULT.calls();

    private final WindowBudget windows;
    private final CallCounts counts = new CallCounts();
    private final Map<Peer, Door> doors = new ConcurrentHashMap<>();

    ReverseCalls(WindowBudget windows) {
        this.windows = windows;
    }

    /** From now on these peers, and no others, may call back, each as its relay. */
    void follow(Map<Peer, QubeName> relays, Switchboard switchboard) {
        doors.keySet().retainAll(relays.keySet());
        relays.forEach((peer, relay) -> doors.put(peer, new Door(relay, switchboard, windows, counts)));
    }

    @Override
    public String getName() {
        return CallChannel.REVERSE;
    }

    @Override
    public Channel createChannel(Session session) {
        Optional<Peer> peer = session instanceof PeerSession opened ? opened.peer() : Optional.empty();
        Door door = peer.map(doors::get).orElse(null);
        return door == null ? new RefusedChannel() : new EndpointChannel(door);
    }

    private record Door(QubeName ofPeer, Switchboard switchboard, WindowBudget budget, CallCounts counts)
            implements CallDoor {
        @Override
        public String name() {
            return "reverse";
        }

        @Override
        public Optional<QubeName> relay(Session session) {
            return Optional.of(ofPeer);
        }

        @Override
        public WindowBudget windows(Session session) {
            return budget;
        }

        @Override
        public boolean callBegins(QubeName relay) {
            return counts.begin(relay, CALLS_PER_RELAY);
        }

        @Override
        public void callEnded(QubeName relay) {
            counts.end(relay);
        }
    }
}
