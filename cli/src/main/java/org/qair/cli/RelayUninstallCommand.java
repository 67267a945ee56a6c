package org.qair.cli;

import java.io.IOException;
import java.util.concurrent.Callable;
import org.qair.host.relayqube.InstalledService;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
        name = "uninstall",
        mixinStandardHelpOptions = true,
        description = "Removes the service qubesair.SSHProxy that `qair relay install` wrote, and nothing else.",
        footer = {"", "Example:", "  qair relay uninstall --into /usr/local/etc/qubes-rpc"})
final class RelayUninstallCommand implements Callable<Integer> {
    @Mixin
    private RelayServiceOptions options;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        InstalledService service = options.service();
        spec.commandLine().getOut().printf(service.uninstall() ? "removed %s%n" : "%s is not there%n", service.file());
        return 0;
    }
}
