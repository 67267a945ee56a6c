package org.qair.host.daemon;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Pattern;
import org.qair.policy.InvalidNameException;
import org.qair.policy.QubeName;
import org.qair.policy.SystemInfo;

/**
 * A question as {@code policy.EvalSimple} takes it: the service is the argument, the payload is source, NUL and target. The answer is the decision alone, and
 * an ask counts as the answer yes to that target.
 */
public record ShortQuestion(String source, String target, String service) {
    private static final int MAX_NAME = 63;

    /** The most bytes of a payload. */
    public static final int MAX_SIZE = 2 * MAX_NAME + 1;

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.:@-]{1,%d}".formatted(MAX_NAME));

    /**
     * Reads a question.
     *
     * @param argument the service that is asked about
     * @throws MalformedQuestionException naming what is wrong
     */
    public static ShortQuestion parse(Optional<String> argument, byte[] payload) throws MalformedQuestionException {
        String service = argument.filter(text -> !text.isEmpty() && !text.startsWith("+"))
                .orElseThrow(() -> new MalformedQuestionException("it has no argument, the service to ask about"));
        int nul = 0;
        while (nul < payload.length && payload[nul] != 0) {
            nul++;
        }
        if (nul == payload.length) {
            throw new MalformedQuestionException("there is no NUL between source and target");
        }
        return new ShortQuestion(
                name("source", Arrays.copyOf(payload, nul)),
                name("target", Arrays.copyOfRange(payload, nul + 1, payload.length)),
                service);
    }

    private static String name(String what, byte[] bytes) throws MalformedQuestionException {
        String name = new String(bytes, StandardCharsets.ISO_8859_1);
        if (!NAME.matcher(name).matches()) {
            throw new MalformedQuestionException(
                    "the %s is not 1 to %d of A-Z a-z 0-9 _ . : @ -".formatted(what, MAX_NAME));
        }
        return name;
    }

    /** A word of the question as a qube's name, if it can be one. */
    public static Optional<QubeName> qubeName(String word) {
        try {
            return Optional.of(new QubeName(word));
        } catch (InvalidNameException other) {
            return Optional.empty();
        }
    }

    /** {@code result=allow} or {@code result=deny}, and a newline. */
    public byte[] answer(SystemInfo system, Judge judge) {
        PolicyQuestion question = new PolicyQuestion(source, Optional.empty(), target, service, true, true);
        byte[] answer = Ruling.on(question, system, judge).answer();
        byte[] line = Arrays.copyOf(answer, answer.length + 1);
        line[answer.length] = '\n';
        return line;
    }
}
