package org.qair.cli;

import org.qair.host.Host;
import org.qair.host.HostLayout;
import org.qair.host.settings.HostSettings;
import picocli.CommandLine.Command;

@Command(
        name = "host",
        mixinStandardHelpOptions = true,
        description = {
            "Runs a host until it is terminated.",
            "",
            "A host is registry, policy, switchboard, the qubes' sockets and, where qair.toml has one, the SSH endpoint. It prints one line when it is ready. SIGTERM ends it: running calls get a grace period."
        },
        footer = {"", "Example:", "  qair host --root /tmp/here"})
final class HostCommand extends DaemonCommand {
    @Override
    Ready start(HostLayout layout, HostSettings settings) throws Exception {
        Host host = Host.start(layout, settings);
        return new Ready(host, host.readyLine());
    }
}
