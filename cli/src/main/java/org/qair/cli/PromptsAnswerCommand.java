package org.qair.cli;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.qair.host.lines.LinesClient;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "answer",
        mixinStandardHelpOptions = true,
        description = "Answers one question that waits (`qair prompts list`).",
        footer = {
            "",
            "Example:",
            "  qair prompts answer 3 --allow work",
            "  qair prompts answer 3 --allow work --for 10m",
            "  qair prompts answer 3 --deny"
        })
final class PromptsAnswerCommand implements Callable<Integer> {
    @Mixin
    private RootOption root;

    @Parameters(paramLabel = "ID", description = "The prompt's number.")
    private int id;

    @ArgGroup(multiplicity = "1")
    @SuppressWarnings("NullAway.Init")
    private What what;

    @Option(
            names = "--calls",
            paramLabel = "N",
            defaultValue = "1",
            description = "How many of the calls that wait for it are allowed (${DEFAULT-VALUE}); a denial is for all.")
    private int calls;

    @Option(
            names = "--for",
            paramLabel = "TERM",
            description = "Allow equal calls from now on, for 90s, 10m, 2h, or for so many: 5x.")
    private @Nullable String term;

    private static final class What {
        @Option(names = "--allow", paramLabel = "TARGET", required = true, description = "Let it run there.")
        private @Nullable String allow;

        @Option(names = "--deny", required = true, description = "Refuse it.")
        private boolean deny;
    }

    @Override
    public Integer call() throws IOException {
        Map<String, Object> request = new LinkedHashMap<>();
        request.put("prompt", id);
        if (what.deny) {
            request.put("deny", true);
        } else if (what.allow != null) {
            request.put("allow", what.allow);
            request.put("calls", calls);
            if (term != null) {
                request.putAll(oneShot(term));
            }
        }
        try (LinesClient client = PromptsConnections.open(root.layout())) {
            var ignored = client.ask("answer", request);
        }
        return 0;
    }

    /** This command's session would be over before it is of use. */
    private static Map<String, Object> oneShot(String term) {
        if (term.equals("session")) {
            throw new IllegalArgumentException("`session` ends with this command: use a time or a number of calls");
        }
        return GrantTerm.parse(term);
    }
}
