package org.qair.host;

import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.qair.channel.LocalCaller;
import org.qair.channel.PeerIdentity;
import org.qair.policy.QubeName;
import org.qair.registry.RegistrySnapshot;

/** Which qube a Unix user is, at the default trigger socket: the one whose {@code unix_user} it is, or for the host's own, dom0. */
final class CallerLookup implements Function<PeerIdentity, Optional<LocalCaller>> {
    private final HostLayout layout;
    private final Supplier<RegistrySnapshot> registry;

    CallerLookup(HostLayout layout, Supplier<RegistrySnapshot> registry) {
        this.layout = layout;
        this.registry = registry;
    }

    @Override
    public Optional<LocalCaller> apply(PeerIdentity peer) {
        String user = peer.user().getName();
        RegistrySnapshot now = registry.get();
        return now.findByUnixUser(user)
                .or(() -> user.equals(QubeDoor.OWN_USER) ? now.find(QubeName.DOM0) : Optional.empty())
                .filter(qube -> !qube.isRemote() && !qube.isAgentRun())
                .map(qube -> QubeDoor.caller(layout, qube));
    }
}
