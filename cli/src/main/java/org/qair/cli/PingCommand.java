package org.qair.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.LongSummaryStatistics;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.qair.host.AdminAccess;
import org.qair.host.AdminRefusedException;
import org.qair.policy.Printable;
import org.qair.policy.QubeName;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

@Command(
        name = "ping",
        mixinStandardHelpOptions = true,
        description = {
            "Times round trips to the far end of a RemoteVM, on the connection that the running host keeps to it.",
            "",
            "The first may have to open the connection, which is not counted. No call is made, and no policy asked: `qair doctor` makes one. Exits with 1 when nothing was answered."
        },
        footer = {"", "Example:", "  qair ping pi", "  qair ping pi -c 100 -i 0.1 --json"})
final class PingCommand implements Callable<Integer> {
    private static final double NANOS_PER_MILLI = 1e6;
    private static final int MOST = 1_000_000;

    @Mixin
    private RootOption root;

    @Parameters(paramLabel = "REMOTEVM", description = "The RemoteVM.")
    private String name = "";

    @Option(
            names = {"-c", "--count"},
            paramLabel = "N",
            defaultValue = "4",
            description = "How many (${DEFAULT-VALUE}).")
    private int count;

    @Option(
            names = {"-i", "--interval"},
            paramLabel = "SECONDS",
            defaultValue = "1",
            description = "The pause between two (${DEFAULT-VALUE}).")
    private double interval;

    @Option(names = "--json", description = "As one JSON object at the end.")
    private boolean json;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (count < 1 || count > MOST || !(interval >= 0 && interval <= MOST)) {
            throw new ParameterException(spec.commandLine(), "-c is to be from 1, -i from 0, to %d".formatted(MOST));
        }
        List<Long> answered = new ArrayList<>();
        String failure = "";
        try (AdminAccess admin = AdminAccess.open(root.layout())) {
            for (int i = 1; i <= count; i++) {
                try {
                    Duration time = admin.ping(new QubeName(name));
                    answered.add(time.toNanos());
                    say("%s: %d: %s".formatted(name, i, millis(time.toNanos())));
                } catch (AdminRefusedException failed) {
                    failure = Printable.line(String.valueOf(failed.getMessage()));
                    say("%s: %d: %s".formatted(name, i, failure));
                }
                if (i < count) {
                    Thread.sleep(Duration.ofNanos((long) (interval * 1e9)));
                }
            }
        }
        summarize(answered, failure);
        return answered.isEmpty() ? 1 : 0;
    }

    private void say(String line) {
        if (!json) {
            spec.commandLine().getOut().println(line);
            spec.commandLine().getOut().flush();
        }
    }

    private void summarize(List<Long> answered, String failure) {
        LongSummaryStatistics times =
                answered.stream().mapToLong(Long::longValue).summaryStatistics();
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            Map<String, @Nullable Object> fields = new LinkedHashMap<>();
            fields.put("remotevm", name);
            fields.put("sent", count);
            fields.put("answered", answered.size());
            fields.put("min_ms", answered.isEmpty() ? null : times.getMin() / NANOS_PER_MILLI);
            fields.put("avg_ms", answered.isEmpty() ? null : times.getAverage() / NANOS_PER_MILLI);
            fields.put("max_ms", answered.isEmpty() ? null : times.getMax() / NANOS_PER_MILLI);
            fields.put("failure", failure.isEmpty() ? null : failure);
            out.println(JsonMapper.shared().writeValueAsString(fields));
        } else if (!answered.isEmpty()) {
            out.println("%d of %d answered, least/average/most %s/%s/%s"
                    .formatted(
                            answered.size(),
                            count,
                            millis(times.getMin()),
                            millis(Math.round(times.getAverage())),
                            millis(times.getMax())));
        }
    }

    private static String millis(long nanos) {
        return String.format(Locale.ROOT, "%.3f ms", nanos / NANOS_PER_MILLI);
    }
}
