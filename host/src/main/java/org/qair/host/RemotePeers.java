package org.qair.host;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.qair.call.CallException;
import org.qair.host.settings.LiveTables;
import org.qair.policy.QubeName;
import org.qair.relay.peer.Peer;

/** The peers of a host as its relays connect to them, for commands that do so themselves. As they were when this was made. */
public final class RemotePeers {
    private final PeerRoutes routes;
    private final List<String> faults;

    private RemotePeers(PeerRoutes routes, List<String> faults) {
        this.routes = routes;
        this.faults = List.copyOf(faults);
    }

    /** Reads the settings as they are now. */
    public static RemotePeers read(HostLayout layout) {
        LiveTables tables = LiveTables.read(layout.settings(), layout.peers(), layout.relays());
        List<String> faults = new ArrayList<>(tables.faults());
        PeerRoutes routes = new PeerRoutes(
                () -> {
                    throw new UnsupportedOperationException("the registry");
                },
                new HostKeys(layout),
                layout.settings());
        routes.follow(tables, faults);
        return new RemotePeers(routes, faults);
    }

    /** What is wrong with the settings, each with its place. */
    public List<String> faults() {
        return faults;
    }

    /**
     * The peer of that name, with the key of that relay.
     *
     * @throws IOException when there is none
     */
    public Peer find(String name, QubeName relay) throws IOException {
        try {
            return routes.peer(name, relay);
        } catch (CallException none) {
            throw new IOException(none.getMessage(), none);
        }
    }
}
