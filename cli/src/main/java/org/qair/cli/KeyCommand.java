package org.qair.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.Optional;
import org.qair.host.AdminAccess;
import org.qair.host.AdminRefusedException;
import org.qair.host.HostKeys;
import org.qair.host.RelayKeyRing;
import org.qair.policy.QubeName;
import org.qair.relay.keys.SshKeys;
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
        description =
                "The keys that relays log in with, that endpoints are known by, and that hosts sign their calls with.",
        footer = {
            "",
            "Example:",
            "  qair key show Local-Relay",
            "  qair key show --endpoint",
            "  qair key pin Local-Qube 'ssh-ed25519 AAAA…'",
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
                "A relay's goes into `[[endpoint.relay]] key` of the far host, an endpoint's into `[[peer]] host-key`, a host's is pinned by"
                        + " `qair key pin` for its qubes."
            },
            footer = {"", "Example:", "  qair key show Local-Relay"})
    void show(@Mixin RootOption root, @ArgGroup(multiplicity = "1") Which which) throws IOException {
        HostKeys keys = new HostKeys(root.layout());
        PrintWriter out = spec.commandLine().getOut();
        if (which.host) {
            out.println(SshKeys.publicLine(keys.host().getPublic(), "qair-host"));
            if (keys.hasNextHost()) {
                out.println(SshKeys.publicLine(keys.nextHost().getPublic(), "qair-host-next"));
            }
        } else if (which.endpoint) {
            out.println(SshKeys.publicLine(keys.endpoint().getPublic(), "qair-endpoint"));
        } else {
            QubeName relay = new QubeName(which.relay.orElseThrow());
            out.println(SshKeys.publicLine(keys.relay(relay).getPublic(), relay.value()));
        }
    }

    @Command(
            name = "pin",
            mixinStandardHelpOptions = true,
            description = {
                "Says which key the host of a RemoteVM signs with (its `host_key`); with --add beside those that are pinned already.",
                "With `proof=required` on the RemoteVM nothing else speaks for it then, no relay either."
            },
            footer = {"", "Example:", "  qair key pin Local-Qube --required 'ssh-ed25519 AAAA…'"})
    void pin(
            @Mixin RootOption root,
            @Parameters(index = "0", paramLabel = "REMOTEVM") String qube,
            @Parameters(
                            index = "1",
                            paramLabel = "KEY",
                            description = "What `qair key show --host` prints on the qube's own host.")
                    String key,
            @Option(
                            names = "--add",
                            description = "Keep the keys that are pinned, for the time that a host changes its key.")
                    boolean add,
            @Option(names = "--required", description = "Refuse calls from it that are not signed (proof=required).")
                    boolean required)
            throws IOException, AdminRefusedException {
        QubeName remote = new QubeName(qube);
        try (AdminAccess admin = AdminAccess.open(root.layout())) {
            String before = add ? admin.property(remote, "host_key") : "";
            String lines = before.isEmpty() ? key : before + ", " + key;
            String ignored = admin.call("admin.vm.property.Set", "host_key", remote, lines);
            if (required) {
                ignored = admin.call("admin.vm.property.Set", "proof", remote, "required");
            }
        }
    }

    @Command(
            name = "rotate",
            mixinStandardHelpOptions = true,
            description = {
                "Changes the key that this host signs its calls with, in two steps.",
                "Without --finish it makes the next key and prints it, for all who have pinned the old one to pin beside it (`qair key pin"
                        + " --add`). With --finish the next key takes its place, when the host starts again."
            },
            footer = {"", "Example:", "  qair key rotate", "  qair key rotate --finish"})
    void rotate(
            @Mixin RootOption root,
            @Option(names = "--finish", description = "Take the next key into use.") boolean finish)
            throws IOException {
        HostKeys keys = new HostKeys(root.layout());
        if (!finish) {
            spec.commandLine()
                    .getOut()
                    .println(SshKeys.publicLine(keys.nextHost().getPublic(), "qair-host-next"));
            return;
        }
        if (!keys.hasNextHost()) {
            throw new CommandFailure("there is no next key: make it with `qair key rotate`, and have it pinned first");
        }
        keys.rotateHost();
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

    /** A relay, the endpoint, or the host itself. */
    static final class Which {
        @Parameters(paramLabel = "RELAY", description = "The relay whose key it is.")
        private Optional<String> relay = Optional.empty();

        @Option(names = "--endpoint", description = "The key of this host's own endpoint.")
        private boolean endpoint;

        @Option(
                names = "--host",
                description = "The key that this host signs its calls with; a second line is the next one.")
        private boolean host;
    }
}
