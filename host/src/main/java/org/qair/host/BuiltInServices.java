package org.qair.host;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.qair.call.CallException;
import org.qair.call.Service;
import org.qair.exec.ServicePath;
import org.qair.host.DoctorService.Presence;
import org.qair.host.enrolment.InvitationDesk;
import org.qair.host.enrolment.ProposedPolicy;
import org.qair.host.enrolment.UnjoinService;
import org.qair.policy.QubeName;
import org.qair.policy.ServiceName;
import org.qair.registry.QubeRecord;
import org.qair.registry.RegistrySnapshot;
import org.qair.relay.SshTransport;

/** The services that host-run qubes have without a file. */
final class BuiltInServices {
    static final Set<String> NAMES =
            Set.of(SshTransport.NAME, ProposedPolicy.PING, ProposedPolicy.DOCTOR, ProposedPolicy.UNJOIN);

    private final HostLayout layout;
    private final Supplier<RegistrySnapshot> registry;
    private final LivePolicy policy;
    private final Predicate<QubeName> hasAgent;

    /** @param hasAgent whether a qube's services are run by an agent of its own */
    BuiltInServices(
            HostLayout layout, Supplier<RegistrySnapshot> registry, LivePolicy policy, Predicate<QubeName> hasAgent) {
        this.layout = layout;
        this.registry = registry;
        this.policy = policy;
        this.hasAgent = hasAgent;
    }

    Map<String, Service> all(Service transport, InvitationDesk desk) {
        return Map.of(
                SshTransport.NAME, transport,
                ProposedPolicy.PING, new PingService(),
                ProposedPolicy.UNJOIN, new UnjoinService(desk),
                ProposedPolicy.DOCTOR,
                        new DoctorService(
                                () -> registry.get().systemInfo(), policy::decide, this::demand, this::presence));
    }

    private Optional<ProofDemand> demand(QubeName source) {
        return registry.get().find(source).filter(QubeRecord::isRemote).map(ProofDemand::of);
    }

    private Presence presence(QubeName qube, ServiceName service) {
        if (hasAgent.test(qube)) {
            return Presence.UNKNOWN;
        }
        try {
            boolean there = NAMES.contains(service.name())
                    || new ServicePath(layout.servicePath(qube)).find(service).isPresent();
            return there ? Presence.FOUND : Presence.MISSING;
        } catch (CallException.Failed unreadable) {
            return Presence.UNKNOWN;
        }
    }
}
