package org.qair.cli.policy;

import java.util.List;
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
        description = "Says what policy decides, by which rule, and why the rules before it did not match.",
        footer = {
            "",
            "Example:",
            "  qair policy explain work vault qubes.Gpg",
            "  qair policy explain pi vault qubes.Gpg --via sys-relay --proof verified"
        })
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

    @Option(
            names = "--proof",
            paramLabel = "WORD",
            description =
                    "With --via: `verified` for a call that SOURCE's own host has signed, `relay`, the default, for one on the relay's word.")
    private @Nullable String proof;

    @Option(names = "--json", description = "One JSON object.")
    private boolean json;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Override
    public void run() {
        SystemInfo system = inputs.system(parent);
        Optional<SourceStanding> standing = standing(system);
        Explanation explanation = inputs.policy(parent).explain(system, request(standing));
        spec.commandLine()
                .getOut()
                .println(
                        json
                                ? ExplanationJson.of(system, explanation, standing)
                                        .toString()
                                : ExplanationText.of(explanation, standing).stripTrailing());
        spec.commandLine().getOut().flush();
    }

    private Optional<SourceStanding> standing(SystemInfo system) {
        if (proof != null && (via == null || !List.of("verified", "relay").contains(proof))) {
            throw new ParameterException(
                    spec.commandLine(), "--proof is `verified` or `relay`, and says something with --via only");
        }
        try {
            return Optional.ofNullable(via)
                    .map(relay -> SourceStanding.of(
                            inputs.hostOfQubes(parent),
                            system,
                            new QubeName(relay),
                            new QubeName(source),
                            SourceStanding.isSigned(proof)));
        } catch (InvalidNameException invalid) {
            throw new ParameterException(spec.commandLine(), String.valueOf(invalid.getMessage()));
        }
    }

    private Request request(Optional<SourceStanding> standing) {
        try {
            return new Request(
                    standing.map(SourceStanding::relay).orElseGet(() -> new QubeName(source)),
                    standing.map(SourceStanding::judged),
                    RequestedTarget.parse(target.replace('$', '@')),
                    ServiceName.parse(service));
        } catch (InvalidNameException invalid) {
            throw new ParameterException(spec.commandLine(), String.valueOf(invalid.getMessage()));
        }
    }
}
