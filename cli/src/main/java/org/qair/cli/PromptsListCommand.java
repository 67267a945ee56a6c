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
        name = "list",
        mixinStandardHelpOptions = true,
        description = "Shows the questions that wait for an answer now.",
        footer = {"", "Example:", "  qair prompts list --json | jq .prompt"})
final class PromptsListCommand implements Callable<Integer> {
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
            for (JsonNode prompt : client.ask("list", Map.of()).get("prompts")) {
                out.println(json ? prompt.toString() : PromptBoard.text(prompt));
            }
        }
        out.flush();
        return 0;
    }
}
