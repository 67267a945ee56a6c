package org.qair.cli;

import org.qair.cli.policy.HostPolicySource;
import org.qair.cli.policy.PolicyCommand;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The {@code qair} command. */
@Command(
        name = "qair",
        versionProvider = Version.class,
        mixinStandardHelpOptions = true,
        description =
                "Calls between machines the way qubes call each other: named source, named target, a policy on both ends.",
        footer = {"", "Example:", "  qair demo", "  qair host --root /tmp/here", "  qair qube list --root /tmp/here"},
        subcommands = {
            HostCommand.class,
            RelayCommand.class,
            AgentCommand.class,
            QubeCommand.class,
            CallCommand.class,
            RunCommand.class,
            QrexecClientCommand.class,
            KeyCommand.class,
            EndpointCommandCommand.class,
            InviteCommand.class,
            JoinCommand.class,
            UnjoinCommand.class,
            DoctorCommand.class,
            PingCommand.class,
            DemoCommand.class,
            AuditCommand.class,
            CallsCommand.class,
            PromptsCommand.class,
            AutoComplete.GenerateCompletion.class,
        })
public final class Main implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "which command? `qair --help` lists them");
    }

    /** Runs the command and exits with its code: 0, 1 for a failure, 2 for wrong usage. */
    public static void main(String[] args) {
        System.exit(commandLine().execute(args));
    }

    /** The agent's command alone: to learn what all others take would be half of its start. */
    static CommandLine agent() {
        return new CommandLine(new AgentCommand())
                .setCommandName("qair agent")
                .setExecutionExceptionHandler(Main::report)
                .setExpandAtFiles(false)
                .setUsageHelpAutoWidth(true);
    }

    /** The command with all its subcommands. */
    public static CommandLine commandLine() {
        return new CommandLine(new Main())
                .addSubcommand(policy())
                .addSubcommand(new CommandLine.HelpCommand())
                .setExecutionExceptionHandler(Main::report)
                .setExpandAtFiles(false) // @default is a target
                .setUsageHelpAutoWidth(true);
    }

    /** Its subcommands take {@code --root} like all others, and ask that host for what is not named. */
    private static CommandLine policy() {
        RootOption root = new RootOption();
        CommandLine policy = new CommandLine(new PolicyCommand(() -> new HostPolicySource(root.layout())));
        policy.getSubcommands().values().forEach(leaf -> leaf.addMixin("root", root));
        return policy;
    }

    private static int report(Exception failure, CommandLine command, CommandLine.ParseResult parsed) {
        FailureReport.print(failure, command.getErr());
        return command.getCommandSpec().exitCodeOnExecutionException();
    }
}
