package org.qair.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.qair.host.lines.LinesClient;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

@Command(
        name = "prompts",
        mixinStandardHelpOptions = true,
        description = {
            "Shows each question that policy has (`ask`) and takes the answer from the keyboard, until it is interrupted.",
            "Lines to type: the prompt's number and the target's (`3 1`), with `10m`, `session` or `5x` behind it to allow as much from"
                    + " now on; `3 no`; `3` alone for the preselected target."
        },
        subcommands = {
            PromptsListCommand.class,
            PromptsAnswerCommand.class,
            PromptsGrantsCommand.class,
            PromptsRevokeCommand.class,
            PromptsDesktopCommand.class
        },
        footer = {"", "Example:", "  qair prompts", "  qair prompts answer 3 --allow work --for 10m"})
final class PromptsCommand implements Callable<Integer> {
    @Mixin
    private RootOption root;

    @Spec
    private CommandSpec spec;

    private final PromptBoard board = new PromptBoard();

    @Override
    public Integer call() throws IOException {
        try (LinesClient client = PromptsConnections.open(root.layout())) {
            client.send("watch", Map.of("way", "terminal"));
            Thread keyboard = Thread.ofVirtual().name("keyboard").start(() -> read(client));
            for (Optional<JsonNode> line = client.receive(); line.isPresent(); line = client.receive()) {
                show(line.get());
            }
            keyboard.interrupt();
            spec.commandLine().getErr().println("qair: the host has closed the connection");
            return 1;
        }
    }

    private void show(JsonNode line) {
        PrintWriter out = spec.commandLine().getOut();
        if (line.has("shown")) {
            out.println(board.shown(line.get("shown")));
        } else if (line.has("gone")) {
            board.gone(line.get("gone").asInt()).ifPresent(out::println);
        } else if (line.has("error")) {
            out.println("qair: " + line.get("error").asString());
        }
        out.flush();
    }

    private void read(LinesClient client) {
        BufferedReader keyboard = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        try {
            for (String line = keyboard.readLine(); line != null; line = keyboard.readLine()) {
                answer(client, line.strip());
            }
        } catch (IOException gone) {
            spec.commandLine().getErr().println("qair: " + gone.getMessage());
        }
    }

    private void answer(LinesClient client, String line) throws IOException {
        if (line.isEmpty()) {
            return;
        }
        try {
            client.send("answer", board.answer(line));
        } catch (IllegalArgumentException unclear) {
            spec.commandLine().getOut().println("qair: " + unclear.getMessage());
            spec.commandLine().getOut().flush();
        }
    }
}
