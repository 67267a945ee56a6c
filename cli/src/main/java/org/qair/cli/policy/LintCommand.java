package org.qair.cli.policy;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.qair.policy.Finding;
import org.qair.policy.PolicyFiles;
import org.qair.policy.PolicyLint;
import org.qair.policy.SystemInfo;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;
import tools.jackson.databind.node.ObjectNode;

/** Looks for errors in a policy and for what is hardly meant. */
@Command(
        name = "lint",
        mixinStandardHelpOptions = true,
        description = "Looks for errors, and for rules that are hardly meant as they stand.",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:nothing, or warnings only", "1:errors"},
        footer = {"", "Example:", "  qair policy lint policy.d --system qubes.xml"})
final class LintCommand implements Callable<Integer> {
    @ParentCommand
    @SuppressWarnings("NullAway.Init")
    private PolicyCommand parent;

    @Mixin
    private final PolicyInputs inputs = new PolicyInputs();

    @Parameters(arity = "0..1", paramLabel = "DIR", description = "A policy.d directory, like --policy.")
    private @Nullable Path directory;

    @Option(
            names = "--services",
            paramLabel = "DIR",
            description = "A directory of services, to find rules about services that none has; may be repeated.")
    private List<Path> services = List.of();

    @Option(names = "--json", description = "One JSON object a line.")
    private boolean json;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        boolean hosts = directory == null && inputs.isHostsPolicy();
        PolicyFiles files = directory == null ? inputs.files(parent) : PolicyInputs.directory(directory);
        Optional<SystemInfo> system = inputs.systemIfKnown(parent, hosts);
        List<Finding> findings = PolicyLint.check(files, system, services(hosts));
        PrintWriter out = spec.commandLine().getOut();
        findings.forEach(finding -> out.println(json ? json(finding).toString() : text(finding)));
        out.flush();
        return findings.stream().anyMatch(finding -> finding.severity() == Finding.Severity.ERROR) ? 1 : 0;
    }

    private Optional<Set<String>> services(boolean hosts) throws IOException {
        if (services.isEmpty()) {
            return hosts ? Optional.of(parent.source("--services DIR").services()) : Optional.empty();
        }
        Set<String> names = new TreeSet<>();
        for (Path one : services) {
            if (!Files.isDirectory(one)) {
                throw new UnusableInputException("there is no directory `%s`".formatted(one));
            }
            names.addAll(ServiceDirectory.names(one));
        }
        return Optional.of(names);
    }

    private static String text(Finding finding) {
        return finding.at().map(place -> place + ": ").orElse("")
                + finding.severity().name().toLowerCase(Locale.ROOT) + ": " + Terminal.printable(finding.message());
    }

    private static ObjectNode json(Finding finding) {
        ObjectNode json = DecisionJson.JSON.createObjectNode();
        json.put("severity", finding.severity().name().toLowerCase(Locale.ROOT));
        json.put("kind", finding.kind().name().toLowerCase(Locale.ROOT).replace('_', '-'));
        finding.at().ifPresentOrElse(place -> json.put("at", place.toString()), () -> json.putNull("at"));
        json.put("message", finding.message());
        return json;
    }
}
