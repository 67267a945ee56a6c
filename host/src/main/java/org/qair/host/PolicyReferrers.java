package org.qair.host;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Supplier;
import org.qair.host.settings.EndpointTable.RelayTable;
import org.qair.host.settings.GuestTable;
import org.qair.host.settings.LiveTables;
import org.qair.policy.PolicyFiles;
import org.qair.policy.PolicyReferences;
import org.qair.policy.QubeName;
import org.qair.registry.OtherReferrers;

/**
 * Who refers to qubes by name outside of the registry: policy and the host's settings. The policy's files are read anew each time,
 * so that no removal slips in before a host has noticed a new rule; a policy that is in force and no longer in the files counts
 * too.
 */
final class PolicyReferrers implements OtherReferrers {
    private final PolicyFiles files;
    private final Supplier<LiveTables> settings;
    private final Supplier<PolicyReferences> inForce;

    private PolicyReferrers(PolicyFiles files, Supplier<LiveTables> settings, Supplier<PolicyReferences> inForce) {
        this.files = files;
        this.settings = settings;
        this.inForce = inForce;
    }

    /**
     * Those of a host that runs.
     *
     * @param inForce where the policy that decides now names qubes
     */
    static PolicyReferrers of(HostLayout layout, Supplier<PolicyReferences> inForce) {
        return new PolicyReferrers(
                PolicyDirectory.of(layout),
                () -> LiveTables.read(layout.settings(), layout.peers(), layout.relays()),
                inForce);
    }

    /** Those of a host that does not run. Settings that it could not use refer to nothing. */
    static PolicyReferrers ofStopped(HostLayout layout) {
        return of(layout, () -> PolicyReferences.NONE);
    }

    @Override
    public List<String> to(QubeName qube) {
        List<String> found = new ArrayList<>(inPolicy(policy -> policy.to(qube)));
        LiveTables tables = settings.get();
        for (RelayTable relay : tables.relays()) {
            if (relay.name().equals(qube)) {
                found.add("relay of the endpoint in " + relay.place());
            }
        }
        for (GuestTable guest :
                tables.main().map(main -> main.agents().guests()).orElse(List.of())) {
            if (guest.name().equals(qube)) {
                found.add("virtual machine in " + guest.place());
            }
        }
        return found;
    }

    @Override
    public List<String> to(UUID uuid) {
        return inPolicy(policy -> policy.to(uuid));
    }

    private List<String> inPolicy(Function<PolicyReferences, List<String>> places) {
        return places.apply(PolicyReferences.read(files).and(inForce.get()));
    }
}
