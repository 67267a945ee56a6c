package org.qair.cli;

import java.nio.file.Path;
import java.util.Optional;
import org.qair.host.HostLayout;
import org.qair.host.relayqube.InstalledService;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which service file of a relay qube is meant. */
final class RelayServiceOptions {
    @Mixin
    private RootOption root;

    @Option(
            names = "--into",
            paramLabel = "DIR",
            description =
                    "The directory of services; without it etc/qubes-rpc. In an app qube, /usr/local/etc/qubes-rpc outlives a restart.")
    private Optional<Path> into = Optional.empty();

    InstalledService service() {
        HostLayout layout = root.layout();
        return new InstalledService(
                layout, into.map(Path::toAbsolutePath).orElse(layout.root().resolve("etc/qubes-rpc")));
    }
}
