package org.qair.host.agents;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import org.qair.channel.Handshake;
import org.qair.channel.ServiceChannel;

/** The service's side of a call that nobody runs. */
final class FailedCall {
    private FailedCall() {}

    /** Exchanges {@code HELLO}s, says how it failed, and closes the channel. */
    static void tell(SocketChannel channel, int exitCode) throws IOException, InterruptedException {
        try (channel;
                ServiceChannel streams = ServiceChannel.open(channel, Handshake.exchange(channel), () -> {})) {
            streams.exit(exitCode);
        }
    }
}
