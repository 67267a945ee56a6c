package org.qair.agent;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import org.qair.channel.Handshake;
import org.qair.channel.SocketVchan;
import org.qair.protocol.VchanAddress;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The data channel of one command of the host, from its opening to the word that its port is free. */
final class CommandChannel {
    private static final Logger LOG = LoggerFactory.getLogger(CommandChannel.class);

    private final AgentSettings settings;
    private final VchanAddress address;
    private final HostLink host;
    private final Work work;

    /** What goes on over the channel; it is closed when this returns. */
    interface Work {
        /**
         * Does it in the calling thread.
         *
         * @param version the protocol that both sides speak
         */
        void over(SocketChannel channel, int version) throws IOException, InterruptedException;
    }

    CommandChannel(AgentSettings settings, VchanAddress address, HostLink host, Work work) {
        this.settings = settings;
        this.address = address;
        this.host = host;
        this.work = work;
    }

    /** Serves it in the calling thread. */
    void serve() {
        try (SocketChannel channel = settings.vchan()
                .connect(address.domain(), settings.domain(), address.port(), SocketVchan.CONNECT_LIMIT)) {
            work.over(channel, Handshake.exchange(channel));
        } catch (IOException failure) {
            LOG.warn(
                    "the call from domain {}, port {}, was lost: {}",
                    address.domain(),
                    address.port(),
                    failure.getMessage());
        } catch (InterruptedException stopped) {
            LOG.debug("the call from domain {}, port {}, was cut off", address.domain(), address.port(), stopped);
        } finally {
            host.terminated(address);
        }
    }
}
