package org.qair.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.Map;
import java.util.concurrent.Callable;
import org.qair.host.lines.LinesClient;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

@Command(
        name = "grants",
        mixinStandardHelpOptions = true,
        description = "Shows the answers that stand for calls to come.",
        footer = {"", "Example:", "  qair prompts grants"})
final class PromptsGrantsCommand implements Callable<Integer> {
    @Mixin
    private RootOption root;

    @Option(names = "--json", description = "One JSON object a line, every field present.")
    private boolean json;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        try (LinesClient client = PromptsConnections.open(root.layout())) {
            for (JsonNode grant : client.ask("grants", Map.of()).get("grants")) {
                out.println(json ? grant.toString() : text(grant));
            }
        }
        out.flush();
        return 0;
    }

    private static String text(JsonNode grant) {
        return "grant %d: %s may call %s to %s, %s, by %s"
                .formatted(
                        grant.get("grant").asInt(),
                        PromptBoard.source(grant),
                        PromptBoard.service(grant),
                        grant.get("target").asString(),
                        term(grant),
                        grant.get("by").asString());
    }

    private static String term(JsonNode grant) {
        if (grant.get("until").isString()) {
            return "until " + grant.get("until").asString();
        }
        return grant.get("calls_left").isInt()
                ? "%d more times".formatted(grant.get("calls_left").asInt())
                : "until whoever gave it goes away";
    }
}
