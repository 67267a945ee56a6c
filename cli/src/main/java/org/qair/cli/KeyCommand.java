package org.qair.cli;

import java.io.IOException;
import java.security.PublicKey;
import java.util.Optional;
import org.qair.host.HostKeys;
import org.qair.policy.QubeName;
import org.qair.relay.SshKeys;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "key",
        mixinStandardHelpOptions = true,
        description = "The keys that relays log in with and that endpoints are known by.",
        footer = {"", "Example:", "  qair key show Local-Relay", "  qair key show --endpoint"})
final class KeyCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }

    @Command(
            name = "show",
            mixinStandardHelpOptions = true,
            description = {
                "Prints a public key, and makes the key when there is none yet.",
                "A relay's goes into `[[endpoint.relay]] key` of the far host, an endpoint's into `[[peer]] host-key`."
            },
            footer = {"", "Example:", "  qair key show Local-Relay"})
    void show(@Mixin RootOption root, @ArgGroup(multiplicity = "1") Which which) throws IOException {
        HostKeys keys = new HostKeys(root.layout());
        PublicKey key = which.endpoint
                ? keys.endpoint().getPublic()
                : keys.relay(new QubeName(which.relay.orElseThrow())).getPublic();
        spec.commandLine().getOut().println(SshKeys.publicLine(key, which.relay.orElse("qair-endpoint")));
    }

    /** A relay, or the endpoint. */
    static final class Which {
        @Parameters(paramLabel = "RELAY", description = "The relay whose key it is.")
        private Optional<String> relay = Optional.empty();

        @Option(names = "--endpoint", description = "The key of this host's own endpoint.")
        private boolean endpoint;
    }
}
