package org.qair.host.agents;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Optional;
import org.qair.channel.ControlChannel;
import org.qair.channel.GuestSockets;
import org.qair.protocol.Limits;

/**
 * How an agent was found.
 *
 * @param place where
 * @param control the socket that it listened on, where there is one to be seen
 * @param user what it is to be told of a call that names no user, when nobody has set one for its qube
 * @param forks whether it is one of the field's, whose calls are processes that may outlive it
 */
record AgentOrigin(AgentPlace place, Optional<GuestSockets.Found> control, String user, boolean forks) {
    /**
     * Connects to the agent at a place, if one is there.
     *
     * @throws IOException when one is there that cannot be reached, or does not behave as one
     */
    static Optional<AgentSession> connect(AgentPlace place, AgentLink link) throws IOException, InterruptedException {
        Optional<GuestSockets.Found> control = place.control(link.domain());
        if (place.sockets().isPresent() && control.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(open(
                    place, control, link, place.vchan().connect(link.domain(), 0, Limits.CONTROL_PORT, Duration.ZERO)));
        } catch (SocketTimeoutException notThere) {
            return Optional.empty();
        }
    }

    private static AgentSession open(
            AgentPlace place, Optional<GuestSockets.Found> control, AgentLink link, SocketChannel connection)
            throws IOException {
        try {
            boolean fields = control.isPresent() && control.get().madeByBind();
            String user = fields ? DefaultUser.ofTheFields(connection) : DefaultUser.OF_THE_AGENT;
            return new AgentSession(
                    link, new AgentOrigin(place, control, user, fields), ControlChannel.asDaemon(connection));
        } catch (IOException | RuntimeException failure) {
            connection.close();
            throw failure;
        }
    }

    /** Whether an agent listens there again, on another socket. */
    boolean isReplaced(int domain) throws IOException {
        Optional<GuestSockets.Found> now = place.control(domain);
        return now.isPresent() && !now.equals(control);
    }
}
