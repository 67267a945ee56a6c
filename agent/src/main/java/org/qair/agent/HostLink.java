package org.qair.agent;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.util.Optional;
import org.qair.channel.ControlChannel;
import org.qair.protocol.Message;
import org.qair.protocol.VchanAddress;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection of the control channel. What came by it is answered by it: a host that connects again knows nothing of the ports
 * that it gave before. Safe for use by many threads.
 */
final class HostLink implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(HostLink.class);

    private final ControlChannel channel;

    private HostLink(ControlChannel channel) {
        this.channel = channel;
    }

    /** Takes over a connection: says {@code HELLO} first. A host that does not answer in its turn is no host; its connection is closed. */
    static HostLink open(SocketChannel connection) throws IOException {
        try {
            return new HostLink(ControlChannel.asAgent(connection));
        } catch (IOException | RuntimeException failure) {
            connection.close();
            throw failure;
        }
    }

    /** What both speak: 2, 3 or 4. */
    int version() {
        return channel.version();
    }

    /** Gives what comes to {@code receiver}, in this thread, until the host closes the channel. */
    void serve(Receiver receiver) throws IOException {
        for (Optional<Message> next = channel.receive(); next.isPresent(); next = channel.receive()) {
            receiver.receive(this, next.get());
        }
    }

    /** Takes a message without waiting for what it sets off. */
    interface Receiver {
        void receive(HostLink from, Message message) throws IOException;
    }

    void send(Message message) throws IOException {
        channel.send(message);
    }

    /** Says that a data channel has ended, so that its port can be given again; nobody has to know when the host has gone. */
    void terminated(VchanAddress address) {
        try {
            channel.send(new Message.ConnectionTerminated(address));
        } catch (IOException gone) {
            LOG.debug("the host has gone before it learnt that {} ended", address, gone);
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
