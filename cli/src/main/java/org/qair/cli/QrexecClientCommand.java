package org.qair.cli;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.qair.channel.AgentCommand;
import org.qair.channel.AgentCommand.ServiceCall;
import org.qair.channel.AgentCommand.ShellCommand;
import org.qair.client.ByteArguments;
import org.qair.client.EscapeFilter;
import org.qair.host.HostRequest;
import org.qair.protocol.ProtocolException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "qrexec-client",
        mixinStandardHelpOptions = true,
        description = {
            "Stands in for dom0's qrexec-client, which the field's tools start: qvm-run, and programs that use qubesadmin.",
            "",
            "A service is called as with `qair call`, so policy judges it; a command is run as with `qair run`, in a qube that has an agent. Streams and exit code are as there."
        },
        footer = {
            "",
            "Example:",
            "  qair qrexec-client -d work 'DEFAULT:QUBESRPC demo.Upper dom0'",
            "  ln -s /opt/qair/bin/qrexec-client /usr/lib/qubes/qrexec-client"
        })
final class QrexecClientCommand implements Callable<Integer> {
    @Mixin
    private RootOption root;

    @Spec
    private CommandSpec spec;

    @Option(names = "-d", required = true, paramLabel = "QUBE", description = "Where it is to run.")
    private String target = "";

    @Option(
            names = "-l",
            paramLabel = "COMMAND",
            description = "A command of this machine, for its shell, that the streams are connected to.")
    private Optional<String> localProgram = Optional.empty();

    @Option(names = "-e", description = "Starts it and does not wait; it has no streams.")
    private boolean withoutStreams;

    @Option(names = "-t", description = "Puts `_` in the place of control characters in the output.")
    private boolean filterOutput;

    @Option(names = "-T", description = "The same for the error output.")
    private boolean filterErrors;

    @Parameters(
            index = "0",
            paramLabel = "USER:COMMAND",
            description = "A command, or `USER:QUBESRPC SERVICE[+ARGUMENT] SOURCE`; USER may be DEFAULT.")
    private String text = "";

    @Option(
            names = "-w",
            paramLabel = "SECONDS",
            description = "Taken and not used: how long an agent is waited for is a setting of the host.")
    void patience(int seconds) {}

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (withoutStreams && localProgram.isPresent()) {
            throw new CommandFailure("`-e` leaves no streams that `-l` could be connected to: give one of them");
        }
        HostRequest request = request();
        OutputStream errors = filtered(filterErrors, new FileOutputStream(FileDescriptor.err));
        PrintWriter complaints = spec.commandLine().getErr();
        if (localProgram.isPresent()) {
            return LocalCommand.start(localProgram.get(), target).run(root.layout(), request, errors, complaints);
        }
        return new OwnCall(
                        new FileInputStream(FileDescriptor.in),
                        filtered(filterOutput, new FileOutputStream(FileDescriptor.out)),
                        errors)
                .run(root.layout(), request, complaints);
    }

    private static OutputStream filtered(boolean asked, OutputStream to) {
        return asked ? new EscapeFilter(to) : to;
    }

    private HostRequest request() throws IOException {
        try {
            AgentCommand command = AgentCommand.parse(bytes());
            HostRequest.Asked asked = switch (command.work()) {
                case ServiceCall call ->
                    new HostRequest.Call(call.uncheckedSource(), call.uncheckedService(), !withoutStreams).ofProcess();
                case ShellCommand shell -> new HostRequest.Command(shell.text(), !withoutStreams);
            };
            return new HostRequest(target, command.user(), asked);
        } catch (ProtocolException wrong) {
            throw new CommandFailure(
                    wrong.getMessage() + "; what runs is `USER:COMMAND` or `USER:QUBESRPC SERVICE SOURCE`");
        }
    }

    /** The command, one character a byte. */
    private String bytes() throws IOException {
        String bytes = ByteArguments.of(new String[] {text})[0];
        if (bytes.equals(text) || text.chars().anyMatch(c -> c >= 0x80)) {
            return bytes;
        }
        throw new CommandFailure("the command has to come last");
    }
}
