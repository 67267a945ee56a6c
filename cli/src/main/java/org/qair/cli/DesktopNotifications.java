package org.qair.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import org.qair.host.lines.LinesClient;
import tools.jackson.databind.JsonNode;

/**
 * Prompts as notifications: for each a {@code notify-send} with an action a target, which says on its stdout which was chosen. Nothing
 * is preselected: a notification that is closed answers nothing. One whose answer the host does not take, because it came within the
 * prompt's first second, is shown again.
 */
final class DesktopNotifications implements AutoCloseable {
    private static final String DENY = "deny";

    private final String program;
    private final LinesClient client;
    private final PrintWriter err;
    private final Map<Integer, Process> shown = new HashMap<>();
    /** Those whose answers were sent, in that order, which is the order of what the host says to them. */
    private final Queue<JsonNode> answered = new ArrayDeque<>();

    DesktopNotifications(String program, LinesClient client, PrintWriter err) {
        this.program = program;
        this.client = client;
        this.err = err;
    }

    /** Shows or takes away, as the host says. */
    synchronized void take(JsonNode line) throws IOException {
        if (line.has("shown")) {
            show(line.get("shown"));
        } else if (line.has("gone")) {
            remove(line.get("gone").asInt());
        } else if (line.path("done").asString("").equals("answer")) {
            var ignored = answered.poll();
        } else if (line.has("error")) {
            complain(line.get("error").asString());
            JsonNode again = answered.poll();
            if (again != null && shown.containsKey(again.get("prompt").asInt())) {
                show(again);
            }
        }
    }

    private void show(JsonNode prompt) throws IOException {
        int id = prompt.get("prompt").asInt();
        remove(id);
        Process process = new ProcessBuilder(command(prompt))
                .redirectInput(ProcessBuilder.Redirect.from(new java.io.File("/dev/null")))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        shown.put(id, process);
        Thread ignored = Thread.ofPlatform().daemon().name("notification " + id).start(() -> answer(prompt, process));
    }

    private List<String> command(JsonNode prompt) {
        List<String> words = new ArrayList<>(
                List.of(program, "--app-name=Qair", "--urgency=critical", "--category=qair.prompt", "--wait"));
        List<String> targets = PromptBoard.targets(prompt);
        for (int i = 0; i < targets.size(); i++) {
            words.add("--action=%d=Allow to %s".formatted(i, targets.get(i)));
        }
        words.add("--action=" + DENY + "=Deny");
        words.add("--");
        words.add(PromptBoard.source(prompt) + " wants to call");
        words.add(escaped(PromptBoard.text(prompt)));
        return words;
    }

    /** The body of a notification is taken for markup by many desktops. */
    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }

    private void answer(JsonNode prompt, Process process) {
        try {
            String chosen = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            Map<String, Object> request = new LinkedHashMap<>();
            request.put("prompt", prompt.get("prompt").asInt());
            if (chosen.equals(DENY)) {
                request.put(DENY, true);
            } else if (chosen.matches("[0-9]{1,4}")) {
                request.put("allow", PromptBoard.targets(prompt).get(Integer.parseInt(chosen)));
                request.put("calls", prompt.get("calls").asInt());
            } else {
                return; // closed without a choice, or taken away
            }
            send(prompt, request);
        } catch (IOException | RuntimeException failed) {
            complain(String.valueOf(failed.getMessage()));
        }
    }

    private synchronized void send(JsonNode prompt, Map<String, Object> request) throws IOException {
        answered.add(prompt);
        client.send("answer", request);
    }

    private void complain(String message) {
        err.println("qair: " + message);
        err.flush();
    }

    private void remove(int id) {
        Process process = shown.remove(id);
        if (process != null) {
            process.destroy();
        }
    }

    @Override
    public synchronized void close() {
        List.copyOf(shown.keySet()).forEach(this::remove);
    }
}
