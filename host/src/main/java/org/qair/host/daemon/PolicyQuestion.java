package org.qair.host.daemon;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.qair.policy.InvalidNameException;
import org.qair.policy.QubeName;
import org.qair.policy.Request;
import org.qair.policy.RequestedTarget;
import org.qair.policy.ServiceName;

/**
 * A question as it came on the policy socket: lines {@code key=value} of printable ASCII and an empty line. Its names are not
 * checked yet. Format: the field's {@code qrexec-policy-daemon} as of R4.3; {@code domain_id} and {@code process_ident}, which
 * clients of before R4.2 send, are accepted and mean nothing.
 *
 * @param requestedSource whom the source speaks for; an empty one is none
 * @param assumeYes whether {@code ask} is answered with the target that was asked for
 * @param justEvaluate whether the answer is to be the decision alone
 */
record PolicyQuestion(
        String source,
        Optional<String> requestedSource,
        String target,
        String service,
        boolean assumeYes,
        boolean justEvaluate) {
    /** The most bytes of a question, the empty line included: a service of 65,000 and all else. */
    static final int MAX_SIZE = 68 * 1024;

    private static final Set<String> REQUIRED = Set.of("source", "intended_target", "service_and_arg");
    private static final Set<String> FLAGS = Set.of("assume_yes_for_ask", "just_evaluate");
    private static final Set<String> OPTIONAL = Set.of("requested_source", "domain_id", "process_ident");

    /**
     * Reads a question.
     *
     * @param bytes everything before the empty line, with the newline of the last line
     * @throws MalformedQuestionException naming the first thing that is wrong
     */
    static PolicyQuestion parse(byte[] bytes) throws MalformedQuestionException {
        Map<String, String> values = new HashMap<>();
        for (String line : lines(bytes)) {
            int equals = line.indexOf('=');
            String key = line.substring(0, Math.max(equals, 0));
            if (!REQUIRED.contains(key) && !OPTIONAL.contains(key) && !FLAGS.contains(key)) {
                throw new MalformedQuestionException("unknown key in `%s`".formatted(shortened(line)));
            }
            if (values.put(key, line.substring(equals + 1)) != null) {
                throw new MalformedQuestionException("`%s` is there twice".formatted(key));
            }
        }
        return new PolicyQuestion(
                required(values, "source"),
                Optional.ofNullable(values.get("requested_source")).filter(claimed -> !claimed.isEmpty()),
                required(values, "intended_target"),
                required(values, "service_and_arg"),
                flag(values, "assume_yes_for_ask"),
                flag(values, "just_evaluate"));
    }

    private static List<String> lines(byte[] bytes) throws MalformedQuestionException {
        if (bytes.length > MAX_SIZE) {
            throw new MalformedQuestionException("more than %d bytes".formatted(MAX_SIZE));
        }
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] != '\n' && (bytes[i] < ' ' || bytes[i] > '~')) {
                throw new MalformedQuestionException("byte 0x%02x at %d is not printable".formatted(bytes[i], i));
            }
        }
        String text = new String(bytes, StandardCharsets.US_ASCII);
        if (!text.isEmpty() && !text.endsWith("\n")) {
            throw new MalformedQuestionException("it ends within a line");
        }
        return text.isEmpty()
                ? List.of()
                : List.of(text.substring(0, text.length() - 1).split("\n", -1));
    }

    private static String required(Map<String, String> values, String key) throws MalformedQuestionException {
        String value = values.get(key);
        if (value == null) {
            throw new MalformedQuestionException("`%s` is missing".formatted(key));
        }
        return value;
    }

    private static boolean flag(Map<String, String> values, String key) throws MalformedQuestionException {
        return switch (values.getOrDefault(key, "no")) {
            case "yes" -> true;
            case "no" -> false;
            default -> throw new MalformedQuestionException("`%s` is `yes` or `no`".formatted(key));
        };
    }

    private static String shortened(String line) {
        return line.length() <= 64 ? line : line.substring(0, 64) + "…";
    }

    /**
     * The question with its names checked.
     *
     * @throws InvalidNameException naming what no rule can be about
     */
    Request request() {
        return new Request(
                new QubeName(source),
                requestedSource.map(QubeName::new),
                RequestedTarget.parse(target),
                ServiceName.parse(service));
    }

    /** For the log. */
    @Override
    public String toString() {
        String claimed = requestedSource
                .map(PolicyQuestion::shortened)
                .map(" for %s"::formatted)
                .orElse("");
        return "%s: %s%s -> %s".formatted(shortened(service), shortened(source), claimed, shortened(target));
    }
}
