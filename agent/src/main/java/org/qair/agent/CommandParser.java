package org.qair.agent;

import java.util.Optional;
import org.qair.call.Call;
import org.qair.call.CallException;
import org.qair.call.CallId;
import org.qair.channel.AgentCommand;
import org.qair.exec.FileService;
import org.qair.exec.LoginShell;
import org.qair.exec.Prepared;
import org.qair.exec.ServiceSettings;
import org.qair.policy.InvalidNameException;
import org.qair.policy.QubeName;
import org.qair.policy.RequestedTarget;
import org.qair.policy.ServiceName;
import org.qair.protocol.ProtocolException;

/** Checks what the host says and finds what it stands for. Safe for use by many threads. */
final class CommandParser {
    /** An agent is not told what its own qube is called, and no service is told by it. */
    private static final QubeName THIS_QUBE = new QubeName("this-qube");

    private final FileService services;
    private final LoginShell shell;

    CommandParser(ServiceSettings settings) {
        this.services = new FileService(settings);
        this.shell = new LoginShell(settings);
    }

    /**
     * What a command turned out to be.
     *
     * @param withoutGui whether it has nothing to do with its user's session
     */
    record Found(Prepared prepared, boolean withoutGui) {}

    /**
     * Finds what the text of {@code EXEC_CMDLINE} or {@code JUST_EXEC} says.
     *
     * @throws CallException when it is malformed, or names what is not there
     */
    Found find(String text) throws CallException {
        try {
            AgentCommand command = AgentCommand.parse(text);
            return new Found(
                    switch (command.work()) {
                        case AgentCommand.ServiceCall service ->
                            services.prepare(call(command, service), command.withoutGui());
                        case AgentCommand.ShellCommand plain ->
                            shell.prepare(CallId.random(), plain.text(), command.user());
                    },
                    command.withoutGui());
        } catch (ProtocolException | InvalidNameException malformed) {
            throw new CallException.Failed("malformed", malformed);
        }
    }

    private static Call call(AgentCommand command, AgentCommand.ServiceCall service) {
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
