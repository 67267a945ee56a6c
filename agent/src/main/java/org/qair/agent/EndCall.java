package org.qair.agent;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.qair.channel.AgentCommand;
import org.qair.channel.Handshake;
import org.qair.channel.ServiceChannel;
import org.qair.channel.SocketVchan;
import org.qair.protocol.ProtocolException;
import org.qair.protocol.VchanAddress;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The host's word that what runs with its streams on a data channel has to end: the service {@code qair.EndCall+DOMAIN+PORT}, called by
 * dom0, whose exit code is 0 when there was such a call. It is for data that go past the host; no other qube can call it.
 */
final class EndCall {
    private static final Logger LOG = LoggerFactory.getLogger(EndCall.class);
    private static final Pattern SERVICE = Pattern.compile("qair\\.EndCall\\+([0-9]{1,9})\\+([0-9]{1,9})");
    private static final String HOST = "dom0";

    private EndCall() {}

    /** The channel that a command is about, if it is such a one. */
    static Optional<VchanAddress> of(String command) {
        try {
            return AgentCommand.parse(command).work() instanceof AgentCommand.ServiceCall call
                            && call.uncheckedSource().equals(HOST)
                    ? address(SERVICE.matcher(call.uncheckedService()))
                    : Optional.empty();
        } catch (ProtocolException malformed) {
            return Optional.empty(); // whoever runs commands says so
        }
    }

    private static Optional<VchanAddress> address(Matcher service) {
        return service.matches()
                ? Optional.of(new VchanAddress(Integer.parseInt(service.group(1)), Integer.parseInt(service.group(2))))
                : Optional.empty();
    }

    /** Tells the host on its own data channel whether there was such a call. */
    static void answer(AgentSettings settings, VchanAddress address, boolean ended) {
        try (SocketChannel channel = settings.vchan()
                        .connect(address.domain(), settings.domain(), address.port(), SocketVchan.CONNECT_LIMIT);
                ServiceChannel streams = ServiceChannel.open(channel, Handshake.exchange(channel), () -> {})) {
            streams.exit(ended ? 0 : 1);
        } catch (IOException failure) {
            LOG.warn("the host is not told whether a call was ended: {}", failure.getMessage());
        } catch (InterruptedException stopped) {
            LOG.debug("stopping", stopped);
        }
    }
}
