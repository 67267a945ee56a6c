package org.qair.cli;

import java.util.concurrent.Callable;
import org.qair.host.Host;
import org.qair.host.HostLayout;
import org.qair.host.settings.HostSettings;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
        name = "host",
        mixinStandardHelpOptions = true,
        description = {
            "Runs a host until it is terminated.",
            "",
            "A host is registry, policy, switchboard, the qubes' sockets and, where qair.toml has one, the SSH endpoint. It prints one line when it is ready. SIGTERM ends it: running calls get a grace period."
        },
        footer = {"", "Example:", "  qair host --root /tmp/here"})
final class HostCommand implements Callable<Integer> {
    @Mixin
    private RootOption root;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        Daemon.log();
        HostLayout layout = root.layout();
        Host host = Host.start(layout, HostSettings.read(layout.settings()));
        return Daemon.run(host, host.readyLine(), spec.commandLine().getOut());
    }
}
