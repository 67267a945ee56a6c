package org.qair.cli;

import java.io.IOException;
import java.util.concurrent.Callable;
import org.qair.host.settings.SettingsException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
        name = "agent",
        mixinStandardHelpOptions = true,
        description = {
            "Runs the agent of a VM or container until it is terminated.",
            "",
            "It waits for its host on the control channel, takes the calls of this qube's programs to it, and runs the services that it is told to. It prints one line when it is ready. When the host goes, what runs goes on, and the agent waits for it again."
        },
        footer = {
            "",
            "Example:",
            "  qair agent --domain 7",
            "  VCHAN_DOMAIN=7 VCHAN_SOCKET_DIR=/run/vchan qair agent --agent-socket=/run/qubes/qrexec-agent"
        })
final class AgentCommand implements Callable<Integer> {
    @Mixin
    private AgentOptions options;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException, SettingsException, InterruptedException {
        return AgentRun.run(options, spec.commandLine().getOut());
    }
}
