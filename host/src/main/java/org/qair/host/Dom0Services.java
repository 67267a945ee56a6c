package org.qair.host;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.qair.call.Service;
import org.qair.host.policyrpc.PolicyRpc;
import org.qair.policy.SystemInfo;
import org.qair.registry.Registry;
import org.qair.registry.admin.AdminApi;

/** The services that dom0 has without a file: the Admin API, the policy RPCs, the evaluation of calls. */
final class Dom0Services {
    private Dom0Services() {}

    /** Their names, without arguments. */
    static Set<String> names() {
        Set<String> names = new TreeSet<>(AdminApi.methods());
        names.addAll(PolicyRpc.services());
        names.add(EvalService.SIMPLE);
        names.add(EvalService.GUI);
        return names;
    }

    /**
     * Those of a host, by name.
     *
     * @param policyChanged reads the policy again
     */
    static Map<String, Service> of(HostLayout layout, Registry registry, LivePolicy policy, Runnable policyChanged) {
        Supplier<SystemInfo> system = () -> registry.snapshot().systemInfo();
        Service admin = new AdminService(AdminApi.of(registry, policy::permits));
        Service files = new PolicyService(new PolicyRpc(new StoredPolicy(layout, system, policyChanged)));
        Service eval = new EvalService(system, policy::inForce);
        Map<String, Service> services = new HashMap<>();
        AdminApi.methods().forEach(name -> services.put(name, admin));
        PolicyRpc.services().forEach(name -> services.put(name, files));
        services.put(EvalService.SIMPLE, eval);
        services.put(EvalService.GUI, eval);
        return services;
    }
}
