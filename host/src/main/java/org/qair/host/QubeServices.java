package org.qair.host;

import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.qair.call.Call;
import org.qair.call.CallException;
import org.qair.call.Service;
import org.qair.call.Streams;
import org.qair.exec.FileService;
import org.qair.policy.QubeName;

/**
 * The services of all qubes. An agent-run qube has those of its agent; a host-run one has files of its service path and the built-in
 * ones, and a file takes the place of the built-in of its name.
 */
final class QubeServices implements Service {
    private final Function<QubeName, Optional<Service>> agents;
    private final Function<QubeName, FileService> files;
    private final Map<String, Service> builtIns;
    private final Service admin;

    /**
     * @param agents the services of a qube that has an agent
     * @param files the services that a qube has as files, under the settings that hold at the time of the call
     * @param builtIns by name of the service, without argument
     * @param admin the services {@code admin.*} of dom0
     */
    QubeServices(
            Function<QubeName, Optional<Service>> agents,
            Function<QubeName, FileService> files,
            Map<String, Service> builtIns,
            Service admin) {
        this.agents = agents;
        this.files = files;
        this.builtIns = Map.copyOf(builtIns);
        this.admin = admin;
    }

    @Override
    public int run(Call call, Streams streams) throws CallException, InterruptedException {
        Optional<Service> agent = agents.apply(call.target());
        if (agent.isPresent()) {
            return agent.get().run(call, streams);
        }
        FileService ofTarget = files.apply(call.target());
        Service builtIn =
                AdminService.takes(call) ? admin : builtIns.get(call.service().name());
        Service chosen = builtIn == null || ofTarget.has(call) ? ofTarget : builtIn;
        return chosen.run(call, streams);
    }
}
