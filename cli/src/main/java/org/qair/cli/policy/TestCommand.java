package org.qair.cli.policy;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.qair.policy.Policy;
import org.qair.policy.PolicySyntaxException;
import org.qair.policy.PolicyTests;
import org.qair.policy.SystemInfo;
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
        description = {
            "Holds the policy against a table of expectations: SOURCE TARGET SERVICE[+ARG] allow|ask|deny [DESTINATION].",
            "SOURCE is `REMOTEVM(RELAY)` for a relay that speaks for a RemoteVM."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:every row holds", "1:a row fails"},
        footer = {"", "Example:", "  qair policy test --policy policy.d expected.tests"})
final class TestCommand implements Callable<Integer> {
    @ParentCommand
    @SuppressWarnings("NullAway.Init")
    private PolicyCommand parent;

    @Mixin
    private final PolicyInputs inputs = new PolicyInputs();

    @Parameters(
            arity = "0..1",
            paramLabel = "FILE",
            description = "The table; without it those beside the policy, *.tests, which a host holds it against too.")
    private @Nullable Path file;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        Policy policy = inputs.policy(parent);
        SystemInfo system = inputs.system(parent);
        List<PolicyTests.Failure> failures = new ArrayList<>();
        int rows = 0;
        for (PolicyTests table : tables()) {
            failures.addAll(table.run(policy, system));
            rows += table.size();
        }
        PrintWriter out = spec.commandLine().getOut();
        failures.forEach(out::println);
        out.println("%d of %d rows hold".formatted(rows - failures.size(), rows));
        out.flush();
        return failures.isEmpty() ? 0 : 1;
    }

    private List<PolicyTests> tables() throws IOException {
        if (file != null) {
            return List.of(parse(file.toString(), Files.readAllBytes(file)));
        }
        return inputs.tables(parent).stream()
                .map(table -> parse(table.path(), table.content()))
                .toList();
    }

    private static PolicyTests parse(String path, byte[] content) {
        try {
            return PolicyTests.parse(path, content);
        } catch (PolicySyntaxException invalid) {
            throw new UnusableInputException(String.valueOf(invalid.getMessage()));
        }
    }
}
