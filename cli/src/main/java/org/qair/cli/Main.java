package org.qair.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;
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
        footer = {"", "Example:", "  qair demo", "  qair host --root /tmp/here", "  qair qube list --root /tmp/here"})
public final class Main implements Runnable {
    private static final Map<String, Supplier<CommandLine>> COMMANDS = commands();

    /** Commands that speak of all others. */
    private static final Set<String> NEED_OTHERS = Set.of("help", "generate-completion");

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "which command? `qair --help` lists them");
    }

    /** Runs the command and exits with its code: 0, 1 for a failure, 2 for wrong usage. */
    public static void main(String[] args) {
        System.exit(commandLine(args).execute(args));
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
        return withCommands(name -> true);
    }

    /** The command with the one subcommand that these words begin with, or with all: to learn what all take is most of a short command's time. */
    static CommandLine commandLine(String[] words) {
        boolean needsOthers = words.length == 0 || !COMMANDS.containsKey(words[0]) || NEED_OTHERS.contains(words[0]);
        return withCommands(name -> needsOthers || name.equals(words[0]));
    }

    private static CommandLine withCommands(Predicate<String> wanted) {
        CommandLine main = new CommandLine(new Main());
        COMMANDS.forEach((name, command) -> {
            if (wanted.test(name)) {
                main.addSubcommand(name, command.get());
            }
        });
        return main.setExecutionExceptionHandler(Main::report)
                .setExpandAtFiles(false) // @default is a target
                .setUsageHelpAutoWidth(true);
    }

    private static Map<String, Supplier<CommandLine>> commands() {
        Map<String, Supplier<CommandLine>> commands = new LinkedHashMap<>();
        commands.put("host", of(HostCommand.class));
        commands.put("relay", of(RelayCommand.class));
        commands.put("agent", of(AgentCommand.class));
        commands.put("qube", of(QubeCommand.class));
        commands.put("call", of(CallCommand.class));
        commands.put("run", of(RunCommand.class));
        commands.put("qrexec-client", of(QrexecClientCommand.class));
        commands.put("key", of(KeyCommand.class));
        commands.put("endpoint-command", of(EndpointCommandCommand.class));
        commands.put("invite", of(InviteCommand.class));
        commands.put("join", of(JoinCommand.class));
        commands.put("unjoin", of(UnjoinCommand.class));
        commands.put("doctor", of(DoctorCommand.class));
        commands.put("ping", of(PingCommand.class));
        commands.put("demo", of(DemoCommand.class));
        commands.put("audit", of(AuditCommand.class));
        commands.put("calls", of(CallsCommand.class));
        commands.put("prompts", of(PromptsCommand.class));
        commands.put("generate-completion", of(AutoComplete.GenerateCompletion.class));
        commands.put("policy", Main::policy);
        commands.put("help", of(CommandLine.HelpCommand.class));
        return commands;
    }

    private static Supplier<CommandLine> of(Class<?> command) {
        return () -> new CommandLine(command);
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
