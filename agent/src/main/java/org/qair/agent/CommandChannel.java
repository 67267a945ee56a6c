package org.qair.agent;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.util.Optional;
import org.qair.channel.Handshake;
import org.qair.channel.SocketVchan;
import org.qair.protocol.MessageType;
import org.qair.protocol.VchanAddress;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One command of the host with its data channel, until the host is told that the port is free. */
final class CommandChannel {
    private static final Logger LOG = LoggerFactory.getLogger(CommandChannel.class);

    private final AgentSettings settings;
    private final VchanAddress address;
    private final Work work;

    /** What goes on over the channel; it is closed when this returns. */
    interface Work {
        /** Whether the command's streams are on the channel or on nothing: {@code EXEC_CMDLINE} or {@code JUST_EXEC}. */
        MessageType type();

        Command command();

        /**
         * Does it in the calling thread.
         *
         * @param version the protocol that both sides speak
         */
        void over(SocketChannel channel, int version) throws IOException, InterruptedException;
    }

    CommandChannel(AgentSettings settings, VchanAddress address, Work work) {
        this.settings = settings;
        this.address = address;
        this.work = work;
    }

    /** Serves it in the calling thread. */
    void serve() {
        try {
            Optional<SocketChannel> session = session();
            if (session.isPresent()) {
                runIn(session.get());
            } else {
                run();
            }
        } catch (IOException failure) {
            LOG.warn(
                    "the call from domain {}, port {}, was lost: {}",
                    address.domain(),
                    address.port(),
                    failure.getMessage());
        } catch (InterruptedException stopped) {
            LOG.debug("the call from domain {}, port {}, was cut off", address.domain(), address.port(), stopped);
        }
    }

    private Optional<SocketChannel> session() {
        return settings.forkServer()
                .flatMap(path -> work.command().sessionUser().flatMap(new ForkServer(path)::find));
    }

    private void runIn(SocketChannel session) throws IOException, InterruptedException {
        try (session) {
            work.command().awaitSession();
            ForkServer.run(session, work.type(), address, work.command().withoutUser());
        }
    }

    private void run() throws IOException, InterruptedException {
        try (SocketChannel channel = settings.vchan()
                .connect(address.domain(), settings.domain(), address.port(), SocketVchan.CONNECT_LIMIT)) {
            work.over(channel, Handshake.exchange(channel));
        }
    }
}
