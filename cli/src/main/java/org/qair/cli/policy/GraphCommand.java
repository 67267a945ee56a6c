package org.qair.cli.policy;

import java.io.PrintWriter;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.qair.policy.DotWriter;
import org.qair.policy.InvalidNameException;
import org.qair.policy.PolicyGraph;
import org.qair.policy.QubeName;
import org.qair.policy.SvgWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Draws who may call what on whom. */
@Command(
        name = "graph",
        mixinStandardHelpOptions = true,
        description = "Draws who may call what on whom, as Graphviz DOT or as SVG.",
        footer = {"", "Example:", "  qair policy graph --service qubes.Filecopy --svg > filecopy.svg"})
final class GraphCommand implements Runnable {
    @ParentCommand
    @SuppressWarnings("NullAway.Init")
    private PolicyCommand parent;

    @Mixin
    private final PolicyInputs inputs = new PolicyInputs();

    @Option(names = "--service", paramLabel = "S", description = "Only calls of this service.")
    private @Nullable String service;

    @Option(names = "--source", paramLabel = "Q", description = "Only calls from this qube.")
    private @Nullable String source;

    @Option(names = "--svg", description = "An SVG, instead of DOT.")
    private boolean svg;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Override
    public void run() {
        PolicyGraph graph =
                PolicyGraph.of(inputs.policy(parent), inputs.system(parent), Optional.ofNullable(service), source());
        PrintWriter out = spec.commandLine().getOut();
        out.print(svg ? SvgWriter.write(graph) : DotWriter.write(graph));
        out.flush();
    }

    private Optional<QubeName> source() {
        try {
            return Optional.ofNullable(source).map(QubeName::new);
        } catch (InvalidNameException invalid) {
            throw new ParameterException(spec.commandLine(), String.valueOf(invalid.getMessage()));
        }
    }
}
