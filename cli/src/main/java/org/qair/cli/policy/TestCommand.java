package org.qair.cli.policy;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.qair.policy.PolicySyntaxException;
import org.qair.policy.PolicyTests;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Holds a policy against a table of expectations. */
@Command(
        name = "test",
        mixinStandardHelpOptions = true,
        description =
                "Holds the policy against a table of expectations: SOURCE TARGET SERVICE[+ARG] allow|ask|deny [DESTINATION].",
        footer = {
            "",
            "SOURCE is `REMOTEVM(RELAY)` for a relay that speaks for a RemoteVM. The exit code is 1 when a row fails."
        })
final class TestCommand implements Callable<Integer> {
    @ParentCommand
    @SuppressWarnings("NullAway.Init")
    private PolicyCommand parent;

    @Mixin
    private final PolicyInputs inputs = new PolicyInputs();

    @Parameters(paramLabel = "FILE", description = "The table.")
    private Path file = Path.of("");

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        PolicyTests tests = read();
        List<PolicyTests.Failure> failures = tests.run(inputs.policy(parent), inputs.system(parent));
        PrintWriter out = spec.commandLine().getOut();
        failures.forEach(out::println);
        out.println("%d of %d rows hold".formatted(tests.size() - failures.size(), tests.size()));
        out.flush();
        return failures.isEmpty() ? 0 : 1;
    }

    private PolicyTests read() throws IOException {
        try {
            return PolicyTests.parse(file.toString(), Files.readAllBytes(file));
        } catch (PolicySyntaxException invalid) {
            throw new UnusableInputException(String.valueOf(invalid.getMessage()));
        }
    }
}
