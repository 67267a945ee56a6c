package org.qair.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.qair.policy.PolicyFiles.PolicyFile;

/** Lines, words, files that cannot be read, and the table that rules are found in. */
class ReadingTest {
    private static List<String> lines(String text) {
        PolicyErrors errors = new PolicyErrors();
        List<String> lines =
                PolicyLines.of(new PolicyFile("f", "f", false, text.getBytes(StandardCharsets.UTF_8)), errors);
        assertThat(errors.found()).isEmpty();
        return lines;
    }

    @Test
    void linesEndWithAnyOfTheThreeEnds() {
        assertThat(lines("a\nb\r\nc\rd")).containsExactly("a", "b", "c", "d");
        assertThat(lines("a\r\n\r\nb\n\n")).containsExactly("a", "", "b", "");
        assertThat(lines("\r")).containsExactly("");
        assertThat(lines("")).isEmpty();
        assertThat(lines("ä€")).containsExactly("ä€");
    }

    @Test
    void wordsAreBetweenBlanks() {
        assertThat(PolicyLines.words(" a\tb\u000bc\fd  ")).containsExactly("a", "b", "c", "d");
        assertThat(PolicyLines.words("a\u00a0b")).hasSize(1);
        assertThat(PolicyLines.words("")).isEmpty();
    }

    @Test
    void theByteThatIsNoTextIsNamed() {
        PolicyErrors errors = new PolicyErrors();
        byte[] bytes = {'a', '\n', 'b', 'c', (byte) 0xff, 'd', '\n', 'e', 0};
        assertThat(PolicyLines.of(new PolicyFile("f", "f", false, bytes), errors))
                .containsExactly("a", "", "");
        assertThat(errors.found())
                .extracting(Throwable::getMessage)
                .containsExactly("f:2: byte 2 of the line is no UTF-8", "f:3: byte 1 of the line is NUL");
    }

    @Test
    void whatCannotBeReadIsASyntaxErrorThere() {
        PolicyFiles nothing = new Unreadables(true);
        assertThatThrownBy(() -> Policy.parse(nothing))
                .isInstanceOf(PolicySyntaxException.class)
                .hasMessage("policy:0: cannot be read: permission denied");
        assertThat(Policy.errors(new Unreadables(false)))
                .extracting(Throwable::getMessage)
                .containsExactly(
                        "x.policy:1: cannot be read: permission denied",
                        "x.policy:2: cannot be read: permission denied");
    }

    /** Files that exist and cannot be read: all of them, or those that are included. */
    private record Unreadables(boolean roots) implements PolicyFiles {
        @Override
        public List<PolicyFile> rootFiles() {
            if (roots) {
                throw denied();
            }
            byte[] content = "!include a\n!include-dir b".getBytes(StandardCharsets.UTF_8);
            return List.of(new PolicyFile("x.policy", "x.policy", false, content));
        }

        @Override
        public Optional<PolicyFile> file(String path) {
            throw denied();
        }

        @Override
        public Optional<List<PolicyFile>> directory(String path) {
            throw denied();
        }

        private static UncheckedIOException denied() {
            return new UncheckedIOException(new IOException("permission denied"));
        }
    }

    @Test
    void parseThrowsTheFirstErrorAndKeepsTheOthers() {
        assertThatThrownBy(() -> Policy.parse(MemoryFiles.of("a", "svc * * * allow", "b")))
                .isInstanceOfSatisfying(PolicySyntaxException.class, first -> {
                    assertThat(first.location().line()).isEqualTo(1);
                    assertThat(first.getSuppressed()).hasSize(1);
                });
    }

    @Test
    void aPolicyKnowsHowManyRulesItHas() throws Exception {
        assertThat(Policy.parse(MemoryFiles.of("a * * * deny", "", "#", "b * * * deny"))
                        .size())
                .isEqualTo(2);
    }

    @Test
    void anUnlistedHostIsTheHostAllTheSame() throws Exception {
        SystemInfo system = new TestSystem().add(TestSystem.qube("work")).build();
        Policy policy = Policy.parse(MemoryFiles.of("svc * work @adminvm allow autostart=no", "svc * dom0 work allow"));
        assertThat(policy.evaluate(system, TestSystem.request("work", "dom0", "svc")))
                .isInstanceOf(Decision.Allow.class);
        assertThat(policy.evaluate(system, TestSystem.request("dom0", "work", "svc")))
                .isInstanceOf(Decision.Allow.class);
    }

    @Test
    void oneUseByManyThreadsGivesOneAnswer() throws Exception {
        RandomPolicy random = new RandomPolicy(7);
        SystemInfo system = random.system();
        Policy policy = Policy.parse(MemoryFiles.of(random.rules()));
        List<Request> requests = java.util.stream.Stream.generate(() -> random.request(system))
                .limit(200)
                .toList();
        Map<Request, Decision> expected = new HashMap<>();
        Policy fresh = Policy.parse(MemoryFiles.of(new RandomPolicy(7).withSystem()));
        requests.forEach(request -> expected.put(request, fresh.evaluate(system, request)));
        try (var threads = java.util.concurrent.Executors.newVirtualThreadPerTaskExecutor()) {
            var answers = java.util.stream.IntStream.range(0, 16)
                    .mapToObj(i -> threads.submit(() -> requests.stream()
                            .allMatch(
                                    request -> policy.evaluate(system, request).equals(expected.get(request)))))
                    .toList();
            for (var answer : answers) {
                assertThat(answer.get()).isTrue();
            }
        }
    }

    /** The table is a map that keeps first values. */
    @Property(tries = 300)
    void theTableOfNumbersIsAMap(@ForAll long seed) {
        Random random = new Random(seed);
        IntTable table = new IntTable();
        Map<Long, Integer> model = new HashMap<>();
        for (int i = 0; i < 300; i++) {
            long key = ((long) random.nextInt(30) << 32) | random.nextInt(30);
            table.putIfAbsent(key, i);
            model.putIfAbsent(key, i);
        }
        for (long source = 0; source < 31; source++) {
            for (long target = 0; target < 31; target++) {
                long key = (source << 32) | target;
                assertThat(table.get(key, -7)).isEqualTo(model.getOrDefault(key, -7));
            }
        }
    }
}
