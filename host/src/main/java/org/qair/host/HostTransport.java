package org.qair.host;

import org.qair.call.Switchboard;
import org.qair.registry.Registry;
import org.qair.relay.HeldConnections;
import org.qair.relay.SshTransport;

/** The host's own transport RPC, kept in step with its settings and its registry. */
final class HostTransport implements AutoCloseable {
    private final PeerRoutes routes;
    private final HeldConnections held = new HeldConnections();
    private final SshTransport transport;
    private final Resources opened = new Resources();

    /** Connects to nothing yet. */
    HostTransport(PeerRoutes routes, StageTimes stages) {
        this.routes = routes;
        this.transport = opened.add(new SshTransport(routes, held, stages));
    }

    SshTransport service() {
        return transport;
    }

    /** The connections that the host's endpoint has, for calls back. */
    HeldConnections held() {
        return held;
    }

    /** Connects where it is to be connected all the time, and takes the calls that come back on such connections. */
    void start(Registry registry, LiveSettings live, Switchboard switchboard) {
        live.onChange(() -> transport.retain(routes::isCurrent));
        live.onChange(() -> follow(switchboard));
        opened.add(registry.onChange(change -> follow(switchboard)));
        follow(switchboard);
    }

    private synchronized void follow(Switchboard switchboard) {
        transport.takeCallsBack(routes.reverse(), switchboard);
        transport.keepOpen(routes.eager());
    }

    @Override
    public void close() {
        opened.close();
    }
}
