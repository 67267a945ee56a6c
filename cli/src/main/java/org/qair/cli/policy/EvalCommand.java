package org.qair.cli.policy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.qair.policy.InvalidNameException;
import org.qair.policy.Policy;
import org.qair.policy.PolicySyntaxException;
import org.qair.policy.QubeName;
import org.qair.policy.Request;
import org.qair.policy.RequestedTarget;
import org.qair.policy.ServiceName;
import org.qair.policy.SystemInfo;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Judges requests, one JSON object a line, and answers each with one. */
@Command(
        name = "eval",
        mixinStandardHelpOptions = true,
        description =
                "Judges requests: lines {\"source\",\"target\",\"service\",\"argument\",\"requested_source\"}, the argument with its `+`.",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:every line was a request, and was judged",
            "1:a line was no request, or the policy is broken: such lines are denied"
        },
        footer = {"", "Example:", "  qair policy eval --policy policy.d < requests.jsonl"})
final class EvalCommand implements Callable<Integer> {
    @ParentCommand
    @SuppressWarnings("NullAway.Init")
    private PolicyCommand parent;

    @Mixin
    private final PolicyInputs inputs = new PolicyInputs();

    @Option(
            names = "--requests",
            paramLabel = "FILE",
            defaultValue = "-",
            description = "Where the requests are; `-`, the default, is standard input.")
    private Path requests = Path.of("-");

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    private boolean failed;

    @Override
    public Integer call() throws IOException {
        SystemInfo system = inputs.system(parent);
        Judge judge = judge(system);
        PrintWriter out = spec.commandLine().getOut();
        try (BufferedReader lines = open()) {
            int number = 0;
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                number++;
                if (!line.isBlank()) {
                    out.println(answer(judge, number, line));
                }
            }
        }
        out.flush();
        return failed ? 1 : 0;
    }

    /** What a request that could be read comes to. */
    @FunctionalInterface
    private interface Judge {
        ObjectNode judge(Request request);
    }

    private Judge judge(SystemInfo system) {
        try {
            Policy policy = Policy.parse(inputs.files(parent));
            return request -> DecisionJson.of(system, request, policy.evaluate(system, request));
        } catch (PolicySyntaxException broken) {
            failed = true;
            spec.commandLine().getErr().println("qair: the policy is broken: " + broken.getMessage());
            ObjectNode denied =
                    DecisionJson.deny("the policy is broken: " + broken.getMessage(), true, Optional.empty());
            return request -> denied;
        }
    }

    private BufferedReader open() throws IOException {
        return requests.toString().equals("-")
                ? new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))
                : Files.newBufferedReader(requests);
    }

    private ObjectNode answer(Judge judge, int number, String line) {
        try {
            return judge.judge(request(DecisionJson.JSON.readTree(line)));
        } catch (InvalidNameException malformed) {
            return DecisionJson.deny(String.valueOf(malformed.getMessage()), true, Optional.empty());
        } catch (UnusableInputException | JacksonException malformed) {
            failed = true;
            return DecisionJson.deny("line %d is no request".formatted(number), true, Optional.empty());
        }
    }

    private static Request request(JsonNode json) {
        Optional<String> argument = text(json, "argument").filter(text -> !text.isEmpty());
        argument.filter(text -> !text.startsWith("+")).ifPresent(text -> {
            throw new UnusableInputException("an argument starts with `+`");
        });
        return new Request(
                new QubeName(required(json, "source")),
                text(json, "requested_source")
                        .filter(source -> !source.isEmpty())
                        .map(QubeName::new),
                RequestedTarget.parse(required(json, "target")),
                new ServiceName(required(json, "service"), argument.map(text -> text.substring(1))));
    }

    private static String required(JsonNode json, String field) {
        return text(json, field).orElseThrow(() -> new UnusableInputException("`" + field + "` is missing"));
    }

    private static Optional<String> text(JsonNode json, String field) {
        JsonNode value = json.get(field);
        if (value == null || value.isNull()) {
            return Optional.empty();
        }
        if (!value.isString()) {
            throw new UnusableInputException("`" + field + "` is no text");
        }
        return Optional.of(value.stringValue());
    }
}
