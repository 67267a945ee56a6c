package org.qair.cli;

import java.io.IOException;
import org.qair.host.HostLayout;
import org.qair.host.lines.LinesClient;
import picocli.CommandLine.Command;
import tools.jackson.databind.JsonNode;

@Command(
        name = "list",
        mixinStandardHelpOptions = true,
        description = "Shows the questions that wait for an answer now.",
        footer = {"", "Example:", "  qair prompts list --json | jq .prompt"})
final class PromptsListCommand extends ListingCommand {
    PromptsListCommand() {
        super("list", "prompts");
    }

    @Override
    LinesClient connect(HostLayout layout) throws IOException {
        return PromptsConnections.open(layout);
    }

    @Override
    String text(JsonNode prompt) {
        return PromptBoard.text(prompt);
    }
}
