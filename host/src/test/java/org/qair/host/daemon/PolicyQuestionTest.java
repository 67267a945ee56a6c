package org.qair.host.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

/** Questions taken apart, without a socket. */
class PolicyQuestionTest {
    private static final List<String> KEYS = List.of(
            "source",
            "intended_target",
            "service_and_arg",
            "requested_source",
            "assume_yes_for_ask",
            "just_evaluate",
            "domain_id",
            "process_ident");

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static PolicyQuestion read(byte[] bytes) throws IOException, MalformedQuestionException {
        return PolicyQuestion.parse(QuestionReader.read(Channels.newChannel(new ByteArrayInputStream(bytes))));
    }

    private static void assertMalformed(String message, byte[] bytes) {
        assertThatThrownBy(() -> read(bytes))
                .isInstanceOf(MalformedQuestionException.class)
                .hasMessageContaining(message);
    }

    @Test
    void namesWhatIsWrong() {
        assertMalformed("`source` is missing", bytes("\n"));
        assertMalformed("`service_and_arg` is missing", bytes("source=a\nintended_target=b\n\n"));
        assertMalformed("`source` is there twice", bytes("source=a\nsource=a\n\n"));
        assertMalformed("unknown key in `colour=red`", bytes("colour=red\n\n"));
        assertMalformed("byte 0x00 at 8", bytes("source=a\0\n\n"));
        assertMalformed("byte 0xe9 at 7", bytes("source=\u00e9\n\n"));
        assertMalformed("it ends after 8 bytes", bytes("source=a"));
        assertMalformed("unknown key in `" + "a".repeat(64) + "…`", bytes("a".repeat(1_000) + "\n\n"));
    }

    @Test
    void theLimitIsExact() throws Exception {
        String start = "source=a\nintended_target=b\nprocess_ident=";
        String end = "\nservice_and_arg=c\n\n";
        int room = PolicyQuestion.MAX_SIZE - start.length() - end.length();
        assertThat(read(bytes(start + "x".repeat(room) + end)).service()).isEqualTo("c");
        assertMalformed("more than", bytes(start + "x".repeat(room + 1) + end));
    }

    @Test
    void theLogHasNoLongLines() throws Exception {
        String huge = "x".repeat(20_000);
        PolicyQuestion question =
                read(bytes("source=%s\nintended_target=%s\nservice_and_arg=%s\nrequested_source=%s\n\n"
                        .formatted(huge, huge, huge, huge)
                        .replace(huge + "\nservice", "t\nservice")));
        assertThat(question.toString()).hasSizeLessThan(400);
    }

    @Provide
    Arbitrary<String> lines() {
        Arbitrary<String> keys = Arbitraries.frequencyOf(
                net.jqwik.api.Tuple.of(9, Arbitraries.of(KEYS)),
                net.jqwik.api.Tuple.of(
                        1, Arbitraries.strings().withCharRange(' ', '~').ofMaxLength(8)));
        Arbitrary<String> values = Arbitraries.oneOf(
                Arbitraries.of("yes", "no", "", "work", "@default", "a=b"),
                Arbitraries.strings().withCharRange(' ', '~').ofMaxLength(40));
        return net.jqwik.api.Combinators.combine(keys, values).as((key, value) -> key + "=" + value + "\n");
    }

    /** Held against a plain reading of the same lines. */
    @Property(tries = 2_000)
    void readsWhatIsInTheFormatAndNothingElse(@ForAll @Size(max = 9) List<@net.jqwik.api.From("lines") String> lines)
            throws IOException {
        List<String> keys = new ArrayList<>();
        lines.forEach(line -> keys.add(line.substring(0, line.indexOf('='))));
        boolean flags = lines.stream()
                .filter(line -> line.startsWith("just_evaluate=") || line.startsWith("assume_yes_for_ask="))
                .allMatch(line -> line.endsWith("=yes\n") || line.endsWith("=no\n"));
        boolean whole = KEYS.containsAll(keys)
                && keys.stream().distinct().count() == keys.size()
                && keys.containsAll(KEYS.subList(0, 3))
                && flags;
        boolean read = true;
        try {
            PolicyQuestion question = read(bytes(String.join("", lines) + "\n"));
            assertThat(lines).contains("source=" + question.source() + "\n");
            assertThat(lines).contains("intended_target=" + question.target() + "\n");
            assertThat(lines).contains("service_and_arg=" + question.service() + "\n");
            assertThat(question.justEvaluate()).isEqualTo(lines.contains("just_evaluate=yes\n"));
            assertThat(question.assumeYes()).isEqualTo(lines.contains("assume_yes_for_ask=yes\n"));
        } catch (MalformedQuestionException malformed) {
            read = false;
        }
        assertThat(read).isEqualTo(whole);
    }

    @Property(tries = 2_000)
    void anyBytesAreReadOrRefused(@ForAll @Size(max = 4_000) byte[] bytes) throws IOException {
        try {
            PolicyQuestion question = PolicyQuestion.parse(bytes);
            assertThat(question.toString()).matches("[ -~…]*");
        } catch (MalformedQuestionException malformed) {
            assertThat(malformed).hasMessageMatching("[ -~…]+");
        }
    }

    @Property(tries = 500)
    void theEndIsTheFirstEmptyLineHoweverItComes(
            @ForAll @Size(max = 3_000)
                    List<@net.jqwik.api.constraints.CharRange(from = '\n', to = '\r') Character> text,
            @ForAll @net.jqwik.api.constraints.IntRange(min = 1, max = 1_500) int chunk)
            throws Exception {
        StringBuilder all = new StringBuilder("a");
        text.forEach(all::append);
        String sent = all + "\n\nrest";
        byte[] bytes = bytes(sent);
        byte[] read = QuestionReader.read(Channels.newChannel(new ByteArrayInputStream(bytes) {
            @Override
            public synchronized int read(byte[] into, int offset, int length) {
                return super.read(into, offset, Math.min(length, chunk));
            }
        }));
        assertThat(read).isEqualTo(Arrays.copyOf(bytes, sent.indexOf("\n\n") + 1));
    }
}
