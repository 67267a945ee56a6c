package org.qair.cli;

import org.qair.host.HostLayout;
import org.qair.host.relayqube.RelayQube;
import org.qair.host.settings.HostSettings;
import picocli.CommandLine.Command;

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
final class RelayCommand extends DaemonCommand {
    @Override
    Ready start(HostLayout layout, HostSettings settings) throws Exception {
        RelayQube relay = RelayQube.start(layout, settings);
        return new Ready(relay, relay.readyLine());
    }
}
