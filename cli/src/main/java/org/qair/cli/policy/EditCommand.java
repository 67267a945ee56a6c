package org.qair.cli.policy;

import java.io.Console;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import org.qair.host.policyrpc.PolicyRpcException;
import org.qair.host.policyrpc.PolicyRpcException.Fault;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Opens one file in an editor and puts it back. */
@Command(
        name = "edit",
        mixinStandardHelpOptions = true,
        description = {
            "Opens a file of the host's policy in an editor and puts it back when the whole policy is good with it.",
            "What another has changed meanwhile is not overwritten."
        },
        footer = {"", "Example:", "  qair policy edit 30-user"})
final class EditCommand extends FilesCommand {
    @Parameters(paramLabel = "FILE", arity = "0..1", defaultValue = "30-user", description = FILE)
    private String file = "30-user";

    @Option(
            names = "--editor",
            paramLabel = "PROGRAM",
            description = "With its words between spaces; $VISUAL, $EDITOR or vi when not given.")
    private Optional<String> editor = Optional.empty();

    private Predicate<String> ask = EditCommand::askAtTerminal;

    /** Answers the question whether to edit once more, instead of the person at the terminal. */
    void askBy(Predicate<String> answer) {
        ask = answer;
    }

    private static boolean askAtTerminal(String question) {
        Optional<Console> terminal = Optional.ofNullable(System.console()).filter(Console::isTerminal);
        if (terminal.isEmpty()) {
            return false;
        }
        String answer = terminal.get().readLine("%s [Y/n] ", question);
        return answer != null && !answer.strip().toLowerCase(Locale.ROOT).startsWith("n");
    }

    @Override
    void run(PolicyFileCalls calls) throws PolicyRpcException, IOException, InterruptedException {
        PolicyFileName name = PolicyFileName.of(file);
        PolicyFileCalls.Content before = read(calls, name);
        Path mine = Files.createTempFile("qair-", "-" + name.name() + ".policy");
        Files.write(mine, before.bytes());
        byte[] edited = edit(mine);
        while (!Arrays.equals(edited, before.bytes())) {
            if (put(calls, name, before.token(), edited, mine)) {
                Files.delete(mine);
                return;
            }
            edited = edit(mine);
        }
        Files.delete(mine);
        err().println("%s is as it was".formatted(name));
    }

    private static PolicyFileCalls.Content read(PolicyFileCalls calls, PolicyFileName name)
            throws PolicyRpcException, IOException, InterruptedException {
        try {
            return calls.get(name);
        } catch (PolicyRpcException refused) {
            if (refused.fault() == Fault.PolicyAdminFileNotFoundException) {
                return new PolicyFileCalls.Content("new", new byte[0]);
            }
            throw refused;
        }
    }

    /** Whether it is in its place; if not, the person wants to go on. */
    private boolean put(PolicyFileCalls calls, PolicyFileName name, String token, byte[] edited, Path mine)
            throws PolicyRpcException, IOException, InterruptedException {
        try {
            calls.replace(name, token, edited);
            return true;
        } catch (PolicyRpcException refused) {
            err().println(refused.getMessage());
            err().flush();
            if (refused.fault() == Fault.PolicyAdminSyntaxException && ask.test("Edit it again?")) {
                return false;
            }
            throw new UnusableInputException("%s was not changed; what you wrote is in %s".formatted(name, mine));
        }
    }

    private byte[] edit(Path mine) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(editor.or(() -> variable("VISUAL"))
                .or(() -> variable("EDITOR"))
                .orElse("vi")
                .strip()
                .split("\\s+")));
        command.add(mine.toString());
        int code = new ProcessBuilder(command).inheritIO().start().waitFor();
        if (code != 0) {
            throw new UnusableInputException(
                    "the editor ended with %d and nothing was changed; what you wrote is in %s".formatted(code, mine));
        }
        return Files.readAllBytes(mine);
    }

    private static Optional<String> variable(String name) {
        return Optional.ofNullable(System.getenv(name)).filter(value -> !value.isBlank());
    }
}
