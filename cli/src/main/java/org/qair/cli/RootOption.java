package org.qair.cli;

import java.nio.file.Path;
import org.qair.host.HostLayout;
import picocli.CommandLine.Option;

/** The option that says which host of this machine a command is about. */
final class RootOption {
    @Option(
            names = "--root",
            paramLabel = "DIR",
            defaultValue = "${env:QAIR_ROOT:-/}",
            description =
                    "The host whose paths are all under DIR; without it (and without QAIR_ROOT) the machine's own.")
    private Path root = Path.of("/");

    HostLayout layout() {
        return new HostLayout(root);
    }
}
