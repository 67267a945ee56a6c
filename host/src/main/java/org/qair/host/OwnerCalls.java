package org.qair.host;

import java.util.Optional;
import java.util.function.Supplier;
import org.qair.call.CallContext;
import org.qair.call.CallException;
import org.qair.call.Service;
import org.qair.call.UncheckedCall;
import org.qair.host.agents.Agents;
import org.qair.policy.InvalidNameException;
import org.qair.policy.Printable;
import org.qair.policy.QubeName;
import org.qair.registry.QubeRecord;
import org.qair.registry.RegistrySnapshot;

/** What the host's owner may ask for: calls as from any qube, under policy, and plain commands in agent-run qubes. */
final class OwnerCalls implements HostDoor.Owner {
    private static final String DOOR = "host";

    /** What the audit calls a plain command; no service's name has brackets. */
    private static final String COMMAND = "(command)";

    private final HostSwitchboard switchboard;
    private final Supplier<RegistrySnapshot> registry;
    private final Agents agents;

    OwnerCalls(HostSwitchboard switchboard, Supplier<RegistrySnapshot> registry, Agents agents) {
        this.switchboard = switchboard;
        this.registry = registry;
        this.agents = agents;
    }

    @Override
    public RunnableCall admit(HostRequest request) throws CallException, InterruptedException {
        return switch (request.asked()) {
            case HostRequest.Call call -> switchboard.admit(call(request.target(), call), request.user());
            case HostRequest.Command command -> command(request, command);
        };
    }

    /** A RemoteVM's call comes by its relay. */
    private UncheckedCall call(String target, HostRequest.Call call) throws CallException {
        QubeRecord source = qube(call.source());
        if (!source.isRemote()) {
            return new UncheckedCall(
                    source.name(), Optional.empty(), target, call.service(), DOOR, CallContext.traced(call.trace()));
        }
        QubeName relay = source.relayvm()
                .orElseThrow(() -> new CallException.Failed(
                        "RemoteVM `%s` has no relayvm that its calls could come by".formatted(source.name())));
        return new UncheckedCall(
                relay,
                Optional.of(source.name().value()),
                target,
                call.service(),
                DOOR,
                CallContext.traced(call.trace()));
    }

    private RunnableCall command(HostRequest request, HostRequest.Command command) throws CallException {
        QubeRecord qube = qube(request.target());
        Service service = agents.command(qube.name(), request.user(), command.line(), command.withStreams())
                .orElseThrow(() -> new CallException.Failed(noAgent(qube)));
        return switchboard.admitCommand(
                new UncheckedCall(QubeName.DOM0, Optional.empty(), qube.name().value(), COMMAND, DOOR),
                qube.name(),
                request.user(),
                service);
    }

    private static String noAgent(QubeRecord qube) {
        if (qube.isRemote()) {
            return "qube `%s` is on another host: run the command there, or call a service of it with `qair call`"
                    .formatted(qube.name());
        }
        return "qube `%s` has no agent that could run a command: what it runs are processes of this machine"
                        .formatted(qube.name())
                + qube.unixUser().map(", of user `%s`"::formatted).orElse("");
    }

    private QubeRecord qube(String name) throws CallException.Failed {
        try {
            return registry.get()
                    .find(new QubeName(name))
                    .orElseThrow(() -> new CallException.Failed("no such qube: `%s`".formatted(name)));
        } catch (InvalidNameException invalid) {
            throw new CallException.Failed(Printable.line(String.valueOf(invalid.getMessage())), invalid);
        }
    }
}
