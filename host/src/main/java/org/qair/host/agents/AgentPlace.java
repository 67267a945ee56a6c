package org.qair.host.agents;

import java.io.IOException;
import java.util.Optional;
import org.qair.channel.GuestSockets;
import org.qair.channel.Vchan;
import org.qair.protocol.Limits;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where an agent is reached.
 *
 * @param vchan the host's side of its channels
 * @param sockets the same where its channels are Unix sockets: then it and another such agent can meet without the host
 */
record AgentPlace(Vchan vchan, Optional<GuestSockets> sockets) {
    private static final Logger LOG = LoggerFactory.getLogger(AgentPlace.class);

    static AgentPlace of(GuestSockets sockets) {
        return new AgentPlace(sockets, Optional.of(sockets));
    }

    /** One whose channels nobody but the host and the agent can see. */
    static AgentPlace of(Vchan vchan) {
        return new AgentPlace(vchan, Optional.empty());
    }

    /** The socket that an agent listens on for the host, if there is one to be seen. */
    Optional<GuestSockets.Found> control(int domain) throws IOException {
        return sockets.isPresent() ? sockets.get().look(domain, 0, Limits.CONTROL_PORT) : Optional.empty();
    }

    /** Whether it and another can meet without the host. */
    boolean meets(AgentPlace other) {
        return sockets.isPresent() && other.sockets.isPresent();
    }

    /** Takes away what a data channel leaves behind; the field's vchan leaves its socket. */
    void clear(int server, int client, int port) {
        try {
            if (sockets.isPresent()) {
                sockets.get().clear(server, client, port);
            }
        } catch (IOException failure) {
            LOG.warn("port {} is not cleared: {}", port, failure.getMessage());
        }
    }
}
