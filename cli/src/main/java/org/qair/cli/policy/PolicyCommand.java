package org.qair.cli.policy;

import java.util.Optional;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code qair policy}: needs no running host when a policy and a system are named. */
@Command(
        name = "policy",
        mixinStandardHelpOptions = true,
        description = "Judges calls by a policy and says why; checks, draws and edits policies.",
        footer = {
            "",
            "Example:",
            "  qair policy explain work vault qubes.Gpg --policy /etc/qubes/policy.d --system-info qubes.json",
            "  qair policy lint /etc/qubes/policy.d",
            "  qair policy edit 30-user"
        },
        subcommands = {
            EvalCommand.class,
            ExplainCommand.class,
            LintCommand.class,
            GraphCommand.class,
            TestCommand.class,
            ListCommand.class,
            GetCommand.class,
            SetCommand.class,
            RemoveCommand.class,
            EditCommand.class
        })
public final class PolicyCommand implements Runnable {
    private final Optional<Supplier<PolicySource>> host;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    /** For use without a host: policy and system must be named. */
    public PolicyCommand() {
        host = Optional.empty();
    }

    /**
     * For use with a host.
     *
     * @param host asked when an option leaves something open, and not before
     */
    public PolicyCommand(Supplier<PolicySource> host) {
        this.host = Optional.of(host);
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "which command? `qair policy --help` lists them");
    }

    PolicySource source(String option) {
        return host.orElseThrow(() ->
                        new ParameterException(spec.commandLine(), "there is no host to ask: give `" + option + "`"))
                .get();
    }
}
