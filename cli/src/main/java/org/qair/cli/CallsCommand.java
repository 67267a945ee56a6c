package org.qair.cli;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.Callable;
import org.qair.host.HostLayout;
import org.qair.host.lines.LinesClient;
import org.qair.policy.Printable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

@Command(
        name = "calls",
        mixinStandardHelpOptions = true,
        description = "Shows the calls that run now, the oldest first.",
        subcommands = CallsCommand.End.class,
        footer = {"", "Example:", "  qair calls", "  qair calls end 42a7cc8f"})
final class CallsCommand extends ListingCommand {
    CallsCommand() {
        super("list", "calls");
    }

    @Override
    LinesClient connect(HostLayout layout) throws IOException {
        return open(layout);
    }

    private static LinesClient open(HostLayout layout) throws IOException {
        return LinesClient.connect(layout.callsSocket(), "Is it this user's?");
    }

    @Override
    String text(JsonNode call) {
        return text(call, Instant.now());
    }

    static String text(JsonNode call, Instant now) {
        String via = call.get("via").isString() ? " (via " + call.get("via").asString() + ")" : "";
        String bytes = call.get("bytes_in").isNumber()
                ? "in=%d out=%d err=%d"
                        .formatted(
                                call.get("bytes_in").asLong(),
                                call.get("bytes_out").asLong(),
                                call.get("bytes_err").asLong())
                : "between its agents";
        Duration age = Duration.between(Instant.parse(call.get("since").asString()), now);
        return Printable.line("%s  %s%s -> %s  %s  for %d s  %s"
                .formatted(
                        call.get("call").asString().substring(0, 8),
                        call.get("source").asString(),
                        via,
                        call.get("target").asString(),
                        call.get("service").asString(),
                        Math.max(0, age.toSeconds()),
                        bytes));
    }

    @Command(
            name = "end",
            mixinStandardHelpOptions = true,
            description = "Ends a call at both ends: its caller sees 125, its service is terminated.",
            footer = {"", "Example:", "  qair calls end 42a7cc8f"})
    static final class End implements Callable<Integer> {
        @Mixin
        private RootOption root;

        @Parameters(paramLabel = "ID", description = "The call's id, or its beginning.")
        private String id = "";

        @Override
        public Integer call() throws IOException {
            try (LinesClient client = open(root.layout())) {
                JsonNode ignored = client.ask("end", Map.of("call", id));
            }
            return 0;
        }
    }
}
