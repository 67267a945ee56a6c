package org.qair.host;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Supplier;
import org.qair.host.settings.EndpointTable;
import org.qair.host.settings.EndpointTable.RelayTable;
import org.qair.host.settings.HostSettings;
import org.qair.host.settings.SettingsException;
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
    private final List<RelayTable> relays;
    private final Supplier<PolicyReferences> inForce;

    private PolicyReferrers(PolicyFiles files, List<RelayTable> relays, Supplier<PolicyReferences> inForce) {
        this.files = files;
        this.relays = relays;
        this.inForce = inForce;
    }

    /**
     * Those of a host that runs.
     *
     * @param inForce where the policy that decides now names qubes
     */
    static PolicyReferrers of(PolicyFiles files, HostSettings settings, Supplier<PolicyReferences> inForce) {
        return new PolicyReferrers(files, relays(settings), inForce);
    }

    /** Those of a host that does not run. Settings that it could not start with refer to nothing. */
    static PolicyReferrers ofStopped(HostLayout layout) throws IOException {
        List<RelayTable> relays;
        try {
            relays = relays(HostSettings.read(layout.settings()));
        } catch (SettingsException broken) {
            relays = List.of();
        }
        return new PolicyReferrers(PolicyDirectory.of(layout), relays, () -> PolicyReferences.NONE);
    }

    private static List<RelayTable> relays(HostSettings settings) {
        return settings.endpoint().map(EndpointTable::relays).orElse(List.of());
    }

    @Override
    public List<String> to(QubeName qube) {
        List<String> found = new ArrayList<>(inPolicy(policy -> policy.to(qube)));
        for (RelayTable relay : relays) {
            if (relay.name().equals(qube)) {
                found.add("relay of the endpoint in " + relay.place());
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
