package org.qair.cli;

import java.io.IOException;
import org.qair.host.HostLayout;
import org.qair.host.lines.LinesClient;
import picocli.CommandLine.Command;
import tools.jackson.databind.JsonNode;

@Command(
        name = "grants",
        mixinStandardHelpOptions = true,
        description = "Shows the answers that stand for calls to come.",
        footer = {"", "Example:", "  qair prompts grants"})
final class PromptsGrantsCommand extends ListingCommand {
    PromptsGrantsCommand() {
        super("grants", "grants");
    }

    @Override
    LinesClient connect(HostLayout layout) throws IOException {
        return PromptsConnections.open(layout);
    }

    @Override
    String text(JsonNode grant) {
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
