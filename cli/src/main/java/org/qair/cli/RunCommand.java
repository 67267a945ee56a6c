package org.qair.cli;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.qair.client.ByteArguments;
import org.qair.host.HostRequest;
import org.qair.host.agents.ShellLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "run",
        mixinStandardHelpOptions = true,
        description = {
            "Runs a command in a qube that has an agent, as the host's owner: no policy is asked, the audit has it.",
            "",
            "The words after -- are the command's argument vector, whatever is in them. For what a shell does, run one: -- sh -c '...'. Streams and exit code are as with `qair call`."
        },
        footer = {
            "",
            "Example:",
            "  qair run work -- ls -l /tmp",
            "  qair run --user root work -- sh -c 'id; cat >/etc/motd'"
        })
final class RunCommand implements Callable<Integer> {
    @Mixin
    private RootOption root;

    @Mixin
    private CallStreams streams;

    @Option(
            names = "--user",
            paramLabel = "USER",
            description = "The user that it is to run as; else the qube's default user.")
    private Optional<String> user = Optional.empty();

    @Option(
            names = "--no-streams",
            description =
                    "Starts it and does not wait: its streams are /dev/null, the exit code is that of starting it.")
    private boolean withoutStreams;

    @Parameters(index = "0", paramLabel = "QUBE")
    private String target = "";

    @Parameters(
            index = "1..*",
            arity = "1..*",
            paramLabel = "COMMAND",
            description = "After --: the program and its arguments.")
    private List<String> words = List.of();

    @Override
    public Integer call() throws IOException {
        String line = ShellLine.of(bytes());
        return streams.run(
                root.layout(), new HostRequest(target, user, new HostRequest.Command(line, !withoutStreams)));
    }

    /** The command's words, one character a byte. */
    private List<String> bytes() throws IOException {
        List<String> bytes = Arrays.asList(ByteArguments.of(words.toArray(String[]::new)));
        for (int i = 0; i < bytes.size(); i++) {
            if (isAscii(words.get(i)) && !words.get(i).equals(bytes.get(i))) {
                throw new CommandFailure("the command has to come last, after `--`");
            }
        }
        return bytes;
    }

    private static boolean isAscii(String word) {
        return word.chars().allMatch(c -> c < 0x80);
    }
}
