package org.qair.cli;

import java.util.concurrent.Callable;
import org.qair.host.HostLayout;
import org.qair.host.relayqube.RelayQube;
import org.qair.host.settings.HostSettings;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
        name = "relay",
        mixinStandardHelpOptions = true,
        description = {
            "Runs the relay of a qube of Qubes OS until it is terminated.",
            "",
            "Policy, agent and QubesDB are those of Qubes OS. The relay holds the connections to the [[peer]]s of qair.toml, takes the calls that the service qubesair.SSHProxy hands over (see `qair relay install`), and gives calls that come in at its [endpoint] to the qube's own qrexec-client-vm. It prints one line when it is ready. docs/qubes-os.md is the walk-through."
        },
        footer = {"", "Example:", "  qair relay install --form executable", "  qair relay"},
        subcommands = {RelayInstallCommand.class, RelayUninstallCommand.class})
final class RelayCommand implements Callable<Integer> {
    @Mixin
    private RootOption root;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        Daemon.log();
        HostLayout layout = root.layout();
        RelayQube relay = RelayQube.start(layout, HostSettings.read(layout.settings()));
        return Daemon.run(relay, relay.readyLine(), spec.commandLine().getOut());
    }
}
