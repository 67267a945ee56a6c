package org.qair.agent;

import java.util.Map;
import org.qair.protocol.VchanAddress;

/**
 * The word to a host, once, that the agent needs a data channel's port no more: from then on the port's address is another command's.
 * For the thread of the command that has it.
 */
final class PortRelease {
    private final HostLink host;
    private final VchanAddress address;
    private final Map<VchanAddress, Thread> holders;
    private boolean said;

    /** @param holders which command has which port; this one is taken out before the host is told */
    PortRelease(HostLink host, VchanAddress address, Map<VchanAddress, Thread> holders) {
        this.host = host;
        this.address = address;
        this.holders = holders;
    }

    void say() {
        if (said) {
            return;
        }
        said = true;
        holders.remove(address, Thread.currentThread());
        boolean interrupted = Thread.interrupted(); // it was for the command, and would close the host's channel
        host.terminated(address);
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
