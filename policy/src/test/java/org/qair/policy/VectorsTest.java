package org.qair.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;

/** The shared test vectors: what the policy language means, written down apart from this implementation. */
class VectorsTest {
    private static final List<String> FILES = List.of(
            "tokens.json",
            "services.json",
            "actions.json",
            "ask.json",
            "remotevm.json",
            "directives.json",
            "errors.json");

    private final SystemInfo system = Vectors.system();

    @TestFactory
    Stream<DynamicTest> vectors() {
        return FILES.stream()
                .flatMap(file -> Vectors.each(Vectors.read(file).get("cases"))
                        .map(one -> DynamicTest.dynamicTest(
                                file + ": " + one.get("name").stringValue(), () -> check(one))));
    }

    private void check(JsonNode one) throws PolicySyntaxException {
        if (one.has("malformed_targets")) {
            one.get("malformed_targets")
                    .forEach(target -> assertThatThrownBy(() -> RequestedTarget.parse(target.stringValue()))
                            .isInstanceOf(InvalidNameException.class));
        } else if (one.has("errors")) {
            refused(files(one), one.get("errors"));
        } else {
            judged(Policy.parse(files(one)), one.get("requests"));
        }
    }

    private static void refused(MemoryFiles files, JsonNode expected) {
        List<PolicySyntaxException> errors = Policy.errors(files);
        assertThat(errors).hasSize(expected.size());
        for (int i = 0; i < errors.size(); i++) {
            Vectors.text(expected.get(i), "says").ifPresent(errorSays(errors.get(i)));
            Optional<String> place = Vectors.text(expected.get(i), "at");
            assertThat(place.orElse(errors.get(i).location().toString()))
                    .isEqualTo(errors.get(i).location().toString());
        }
        assertThatThrownBy(() -> Policy.parse(files))
                .isInstanceOf(PolicySyntaxException.class)
                .hasMessage(errors.getFirst().getMessage());
    }

    private static java.util.function.Consumer<String> errorSays(PolicySyntaxException error) {
        return says -> assertThat(error).hasMessageContaining(says);
    }

    private void judged(Policy policy, JsonNode requests) {
        assertThat(requests).isNotEmpty();
        for (JsonNode node : requests) {
            Request request = request(node);
            Map<String, @Nullable Object> answer = Answer.of(system, request, policy.evaluate(system, request));
            node.get("expect")
                    .properties()
                    .forEach(field -> compare(request + " -> " + answer, field.getKey(), answer, field.getValue()));
        }
    }

    private static void compare(String about, String field, Map<String, @Nullable Object> answer, JsonNode expected) {
        assertThat(answer).as(about).containsKey(field);
        Object actual = answer.get(field);
        switch (field) {
            case "reason" -> assertThat((String) actual).as(about).contains(expected.stringValue());
            case "warnings" -> warnings(about, (List<?>) actual, expected);
            case "targets" -> {
                List<String> targets = new ArrayList<>();
                expected.forEach(target -> targets.add(target.stringValue()));
                assertThat(actual).as(about).isEqualTo(targets);
            }
            default ->
                assertThat(String.valueOf(actual)).as(about + " " + field).isEqualTo(expected.asString("null"));
        }
    }

    private static void warnings(String about, @Nullable List<?> actual, JsonNode expected) {
        assertThat(actual).as(about).hasSize(expected.size());
        if (actual == null) {
            fail(about);
            return;
        }
        for (int i = 0; i < expected.size(); i++) {
            assertThat(String.valueOf(actual.get(i)))
                    .as(about)
                    .contains(expected.get(i).stringValue());
        }
    }

    private static Request request(JsonNode node) {
        String argument = node.has("argument_length")
                ? "+" + "a".repeat(node.get("argument_length").intValue())
                : Vectors.text(node, "argument").orElse("");
        return new Request(
                new QubeName(node.get("source").stringValue()),
                Vectors.text(node, "requested_source").map(QubeName::new),
                RequestedTarget.parse(node.get("target").stringValue()),
                ServiceName.parse(node.get("service").stringValue() + argument));
    }

    private static MemoryFiles files(JsonNode one) {
        MemoryFiles files = new MemoryFiles();
        if (one.has("files")) {
            one.get("files")
                    .properties()
                    .forEach(file -> files.with(
                            file.getKey(),
                            Vectors.each(file.getValue())
                                    .map(JsonNode::stringValue)
                                    .toArray(String[]::new)));
        }
        if (one.has("files_base64")) {
            one.get("files_base64")
                    .properties()
                    .forEach(file -> files.with(
                            file.getKey(),
                            Base64.getDecoder().decode(file.getValue().stringValue())));
        }
        return files;
    }
}
