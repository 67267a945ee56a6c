package org.qair.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.Map;
import java.util.concurrent.Callable;
import org.qair.host.HostLayout;
import org.qair.host.lines.LinesClient;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

/** A command that asks a running host for a list, and shows a line an entry. */
abstract class ListingCommand implements Callable<Integer> {
    @Mixin
    private RootOption root;

    @Option(names = "--json", description = "One JSON object a line, every field present.")
    private boolean json;

    @Spec
    private CommandSpec spec;

    private final String question;
    private final String answer;

    /** @param answer the field of the answer that holds the list */
    ListingCommand(String question, String answer) {
        this.question = question;
        this.answer = answer;
    }

    abstract LinesClient connect(HostLayout layout) throws IOException;

    /** An entry for people. */
    abstract String text(JsonNode entry);

    @Override
    public Integer call() throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        try (LinesClient client = connect(root.layout())) {
            for (JsonNode entry : client.ask(question, Map.of()).get(answer)) {
                out.println(json ? entry.toString() : text(entry));
            }
        }
        out.flush();
        return 0;
    }
}
