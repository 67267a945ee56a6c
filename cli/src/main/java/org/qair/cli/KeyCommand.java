package org.qair.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.security.PublicKey;
import java.util.Optional;
import org.qair.host.AdminAccess;
import org.qair.host.AdminRefusedException;
import org.qair.host.HostKeys;
import org.qair.host.RelayKeyRing;
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
        footer = {
            "",
            "Example:",
            "  qair key show Local-Relay",
            "  qair key show --endpoint",
            "  qair key revoke Remote-Relay"
        })
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

    @Command(
            name = "revoke",
            mixinStandardHelpOptions = true,
            description = {
                "Ends a relay's access to this host for good: its connections and calls end at once, and its keys are never accepted again.",
                "The keys go to etc/qair/revoked-keys; a relay that is to come in again needs a new key."
            },
            footer = {"", "Example:", "  qair key revoke Remote-Relay"})
    void revoke(@Mixin RootOption root, @Parameters(paramLabel = "RELAY") String relay)
            throws IOException, AdminRefusedException {
        PrintWriter out = spec.commandLine().getOut();
        RelayKeyRing.Revoked revoked = new RelayKeyRing(root.layout()).revoke(new QubeName(relay));
        try (AdminAccess admin = AdminAccess.open(root.layout())) {
            admin.reload().forEach(fault -> out.println("not in force: " + fault));
        }
        revoked.keys().forEach(key -> out.println("revoked " + SshKeys.fingerprint(key)));
        revoked.places().forEach(place -> out.println("`%s` still names it, to no effect".formatted(place)));
    }

    /** A relay, or the endpoint. */
    static final class Which {
        @Parameters(paramLabel = "RELAY", description = "The relay whose key it is.")
        private Optional<String> relay = Optional.empty();

        @Option(names = "--endpoint", description = "The key of this host's own endpoint.")
        private boolean endpoint;
    }
}
