package org.qair.host;

import java.util.Optional;
import org.qair.call.CallException;
import org.qair.exec.ServicePath;
import org.qair.policy.ServiceName;
import org.qair.registry.QubeRecord;
import org.qair.relay.SshTransport;

/** What carries calls to a RemoteVM: the host's own transport, unless a program takes its place. */
final class Carriers {
    private static final ServiceName BUILT_IN = new ServiceName(SshTransport.NAME, Optional.empty());

    private final HostLayout layout;

    Carriers(HostLayout layout) {
        this.layout = layout;
    }

    /** Whether it is another than the host's own, which then knows nothing of these calls. */
    boolean isAnother(QubeRecord remote) {
        if (!remote.transportRpc().equals(Optional.of(SshTransport.NAME))) {
            return true;
        }
        try {
            return remote.relayvm().isPresent()
                    && new ServicePath(layout.servicePath(remote.relayvm().get()))
                            .find(BUILT_IN)
                            .isPresent();
        } catch (CallException.Failed unreadable) {
            return true;
        }
    }
}
