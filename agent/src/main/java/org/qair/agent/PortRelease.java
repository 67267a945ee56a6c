package org.qair.agent;

import java.util.concurrent.atomic.AtomicBoolean;
import org.qair.protocol.VchanAddress;

/** The word to a host, once, that the agent needs a data channel's port no more. Safe for use by many threads. */
final class PortRelease {
    private final HostLink host;
    private final VchanAddress address;
    private final AtomicBoolean said = new AtomicBoolean();

    PortRelease(HostLink host, VchanAddress address) {
        this.host = host;
        this.address = address;
    }

    void say() {
        if (said.compareAndSet(false, true)) {
            host.terminated(address);
        }
    }
}
