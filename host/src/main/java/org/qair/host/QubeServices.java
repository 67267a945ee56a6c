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
    private final Files files;
    private final Map<String, Service> builtIns;
    private final Map<String, Service> ofDom0;

    /** The services that a qube has as files. */
    @FunctionalInterface
    interface Files {
        /**
         * Those that hold at the time of the call.
         *
         * @throws CallException when there is no such qube any more
         */
        FileService of(QubeName qube) throws CallException;
    }

    /**
     * @param agents the services of a qube that has an agent
     * @param files the services that a qube has as files, under the settings that hold at the time of the call
     * @param builtIns those of every qube, by name of the service, without argument
     * @param ofDom0 those of dom0 alone
     */
    QubeServices(
            Function<QubeName, Optional<Service>> agents,
            Files files,
            Map<String, Service> builtIns,
            Map<String, Service> ofDom0) {
        this.agents = agents;
        this.files = files;
        this.builtIns = Map.copyOf(builtIns);
        this.ofDom0 = Map.copyOf(ofDom0);
    }

    @Override
    public int run(Call call, Streams streams) throws CallException, InterruptedException {
        Optional<Service> agent = agents.apply(call.target());
        if (agent.isPresent()) {
            return agent.get().run(call, streams);
        }
        FileService ofTarget = files.of(call.target());
        Optional<Service> builtIn = builtIn(call).filter(service -> !ofTarget.has(call));
        return builtIn.isPresent() ? builtIn.get().run(call, streams) : ofTarget.run(call, streams);
    }

    private Optional<Service> builtIn(Call call) {
        Optional<Service> own = Optional.of(call.target())
                .filter(QubeName.DOM0::equals)
                .map(dom0 -> ofDom0.get(call.service().name()));
        return own.or(() -> Optional.ofNullable(builtIns.get(call.service().name())));
    }
}
