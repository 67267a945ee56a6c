package org.qair.host;

import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.qair.channel.LocalCaller;
import org.qair.channel.PeerIdentity;
import org.qair.policy.QubeName;
import org.qair.registry.QubeRecord;
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
        return qubeOf(registry.get(), peer.user().getName()).map(qube -> QubeDoor.caller(layout, qube));
    }

    static Optional<QubeRecord> qubeOf(RegistrySnapshot registry, String user) {
        return registry.findByUnixUser(user)
                .or(() -> user.equals(QubeDoor.OWN_USER) ? registry.find(QubeName.DOM0) : Optional.empty())
                .filter(qube -> !qube.isRemote() && !qube.isAgentRun());
    }
}
