package org.qair.cli;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.Callable;
import org.qair.host.lines.LinesClient;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
        name = "revoke",
        mixinStandardHelpOptions = true,
        description = "Takes an answer back that stands for calls to come (`qair prompts grants`).",
        footer = {"", "Example:", "  qair prompts revoke 2"})
final class PromptsRevokeCommand implements Callable<Integer> {
    @Mixin
    private RootOption root;

    @Parameters(paramLabel = "ID", description = "The grant's number.")
    private int id;

    @Override
    public Integer call() throws IOException {
        try (LinesClient client = PromptsConnections.open(root.layout())) {
            var ignored = client.ask("revoke", Map.of("grant", id));
        }
        return 0;
    }
}
