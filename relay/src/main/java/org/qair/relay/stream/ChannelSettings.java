package org.qair.relay.stream;

import java.time.Duration;
import org.apache.sshd.common.helpers.AbstractFactoryManager;
import org.apache.sshd.core.CoreModuleProperties;
import org.apache.sshd.server.forward.RejectAllForwardingFilter;

/** What client and server have in common beside algorithms; the library's defaults do not fit many of these. */
public final class ChannelSettings {
    /** Large enough for a chunk of qrexec in one packet. */
    static final long PACKET = 64L << 10;

    /** As good as for ever: a reader may be as slow as it likes. */
    private static final Duration FOREVER = Duration.ofDays(3650);

    private ChannelSettings() {}

    /** To be called before the first connection, and before what is to differ is set. */
    public static void apply(AbstractFactoryManager manager) {
        // Ten minutes by default; idle calls and warm connections are meant to last.
        CoreModuleProperties.IDLE_TIMEOUT.set(manager, Duration.ZERO);
        CoreModuleProperties.WAIT_FOR_SPACE_TIMEOUT.set(manager, FOREVER);
        CoreModuleProperties.WINDOW_SIZE.set(manager, WindowBudget.LARGEST);
        CoreModuleProperties.MAX_PACKET_SIZE.set(manager, PACKET);
        CoreModuleProperties.COMMAND_EXIT_TIMEOUT.set(manager, Duration.ofSeconds(1));
        manager.setChannelStreamWriterResolver((channel, command) -> new BoundedWriter(channel));
        manager.setForwardingFilter(RejectAllForwardingFilter.INSTANCE);
    }
}
