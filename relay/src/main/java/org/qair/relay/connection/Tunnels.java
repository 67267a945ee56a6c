package org.qair.relay.connection;

import java.io.IOException;
import org.apache.sshd.client.SshClient;
import org.apache.sshd.common.AttributeRepository;
import org.apache.sshd.common.future.CancelOption;
import org.apache.sshd.common.session.ConnectionService;
import org.apache.sshd.common.session.helpers.AbstractSession;
import org.qair.relay.peer.Hop;

/** Begins SSH connections to a hop through the connection to the hop before. Thread-safe. */
final class Tunnels {
    private final SshClient client;

    Tunnels(SshClient client) {
        this.client = client;
    }

    /** A connection that has not logged in yet; when it ends, so does the one that carries it. */
    PeerSession open(PeerSession before, Hop next, long deadline) throws IOException {
        TunnelChannel channel = new TunnelChannel(next);
        before.getService(ConnectionService.class).registerChannel(channel);
        try {
            channel.open().verify(Connector.left(deadline), CancelOption.CANCEL_ON_TIMEOUT);
        } catch (IOException e) {
            throw new IOException(
                    "%s does not connect to `%s` port %d: %s"
                            .formatted(before.hop(), next.host(), next.port(), e.getMessage()),
                    e);
        }
        TunnelIo io = new TunnelIo(before, channel, next, client.getSessionFactory());
        io.setAttribute(AttributeRepository.class, PeerSession.context(next));
        try {
            client.getSessionFactory().sessionCreated(io);
        } catch (Exception e) {
            io.close(true);
            throw new IOException(e.getMessage(), e);
        }
        PeerSession session = (PeerSession) AbstractSession.getSession(io);
        session.setUsername(next.user());
        io.start();
        return session;
    }
}
