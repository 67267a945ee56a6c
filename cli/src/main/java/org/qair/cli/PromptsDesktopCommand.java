package org.qair.cli;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.qair.host.lines.LinesClient;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

@Command(
        name = "desktop",
        mixinStandardHelpOptions = true,
        description =
                "Shows each question that policy has as a notification with a button a target, until it is interrupted."
                        + " Runs in the user's desktop session and needs `notify-send` (package libnotify-bin, 0.8 or later).",
        footer = {"", "Example:", "  qair prompts desktop"})
final class PromptsDesktopCommand implements Callable<Integer> {
    @Mixin
    private RootOption root;

    @Option(
            names = "--notify-send",
            paramLabel = "PROGRAM",
            defaultValue = "notify-send",
            description = "The program that shows notifications (${DEFAULT-VALUE}).")
    private String program = "notify-send";

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        try (LinesClient client = PromptsConnections.open(root.layout())) {
            DesktopNotifications shown =
                    new DesktopNotifications(program, client, spec.commandLine().getErr());
            client.send("watch", Map.of("way", "desktop"));
            for (Optional<JsonNode> line = client.receive(); line.isPresent(); line = client.receive()) {
                shown.take(line.get());
            }
            shown.close();
            spec.commandLine().getErr().println("qair: the host has closed the connection");
            return 1;
        }
    }
}
