package org.qair.cli.policy;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.qair.policy.Explanation;
import org.qair.policy.InvalidNameException;
import org.qair.policy.QubeName;
import org.qair.policy.Request;
import org.qair.policy.RequestedTarget;
import org.qair.policy.ServiceName;
import org.qair.policy.SystemInfo;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Says what policy decides, and why. */
@Command(
        name = "explain",
        mixinStandardHelpOptions = true,
        description = "Says what policy decides, by which rule, and why the rules before it did not match.")
final class ExplainCommand implements Runnable {
    @ParentCommand
    @SuppressWarnings("NullAway.Init")
    private PolicyCommand parent;

    @Mixin
    private final PolicyInputs inputs = new PolicyInputs();

    @Parameters(index = "0", paramLabel = "SOURCE", description = "The qube that calls.")
    private String source = "";

    @Parameters(index = "1", paramLabel = "TARGET", description = "The target as the caller names it.")
    private String target = "";

    @Parameters(index = "2", paramLabel = "SERVICE[+ARG]", description = "The service, with its argument.")
    private String service = "";

    @Option(names = "--via", paramLabel = "RELAY", description = "The relay that speaks for SOURCE, a RemoteVM.")
    private @Nullable String via;

    @Option(names = "--json", description = "One JSON object.")
    private boolean json;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Override
    public void run() {
        SystemInfo system = inputs.system(parent);
        Explanation explanation = inputs.policy(parent).explain(system, request());
        spec.commandLine()
                .getOut()
                .println(
                        json
                                ? ExplanationJson.of(system, explanation).toString()
                                : ExplanationText.of(explanation).stripTrailing());
        spec.commandLine().getOut().flush();
    }

    private Request request() {
        try {
            return new Request(
                    new QubeName(via == null ? source : via),
                    via == null ? Optional.empty() : Optional.of(new QubeName(source)),
                    RequestedTarget.parse(target.replace('$', '@')),
                    ServiceName.parse(service));
        } catch (InvalidNameException invalid) {
            throw new ParameterException(spec.commandLine(), String.valueOf(invalid.getMessage()));
        }
    }
}
