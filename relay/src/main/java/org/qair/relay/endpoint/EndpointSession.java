package org.qair.relay.endpoint;

import org.apache.sshd.common.io.IoSession;
import org.apache.sshd.common.util.Readable;
import org.apache.sshd.server.ServerFactoryManager;
import org.apache.sshd.server.session.ServerSessionImpl;
import org.apache.sshd.server.session.SessionFactory;

/** The endpoint's end of a connection. It knows when the other end was last heard of. */
final class EndpointSession extends ServerSessionImpl {
    private volatile long heardAt = System.nanoTime();

    private EndpointSession(ServerFactoryManager server, IoSession io) throws Exception {
        super(server, io);
    }

    /** Makes every session of a server one of these. */
    static SessionFactory factory(ServerFactoryManager server) {
        return new SessionFactory(server) {
            @Override
            protected ServerSessionImpl doCreateSession(IoSession io) throws Exception {
                return new EndpointSession(getServer(), io);
            }
        };
    }

    /** When the last bytes came, on the clock of {@link System#nanoTime}. */
    long heardAt() {
        return heardAt;
    }

    @Override
    public void messageReceived(Readable bytes) throws Exception {
        heardAt = System.nanoTime();
        super.messageReceived(bytes);
    }
}
