package org.qair.agent;

import java.util.Optional;
import org.qair.call.Call;
import org.qair.call.CallId;
import org.qair.channel.AgentCommand;
import org.qair.policy.InvalidNameException;
import org.qair.policy.QubeName;
import org.qair.policy.RequestedTarget;
import org.qair.policy.ServiceName;

/** Checks what the host calls here. */
final class ServiceCalls {
    /** An agent is not told what its own qube is called, and no service is told by it. */
    private static final QubeName THIS_QUBE = new QubeName("this-qube");

    private ServiceCalls() {}

    /** @throws InvalidNameException naming what is wrong */
    static Call of(AgentCommand command, AgentCommand.ServiceCall service) {
        Optional<RequestedTarget> target =
                service.uncheckedTarget().map(word -> RequestedTarget.parse(isKeyword(service) ? "@" + word : word));
        return new Call(
                CallId.random(),
                new QubeName(service.uncheckedSource()),
                Optional.empty(),
                target.orElseGet(() -> RequestedTarget.parse(THIS_QUBE.value())),
                target.isPresent() ? QubeName.DOM0 : THIS_QUBE, // services of dom0 alone are told the target
                ServiceName.parse(service.uncheckedService()),
                command.user());
    }

    private static boolean isKeyword(AgentCommand.ServiceCall service) {
        return service.targetType().equals(Optional.of("keyword"));
    }
}
