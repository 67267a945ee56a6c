package org.qair.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

/** Whatever the bytes are, the parser gives a policy or errors with their places: no other exception, no hang. */
class ParserFuzzTest {
    private static final List<String> WORDS = List.of(
            "*",
            "+",
            "+a",
            "svc",
            "@anyvm",
            "@default",
            "@dispvm:",
            "@tag:x",
            "allow",
            "ask",
            "deny",
            "target=",
            "user=x",
            "notify=no",
            "!include",
            "!include-dir",
            "!include-service",
            "!compat-4.0",
            "a",
            "b",
            "50-test.policy",
            "#",
            "\n",
            "\n",
            "\r",
            "\u0000",
            "\u00e4",
            "$include:a",
            ",",
            "uuid:",
            "dom0",
            "@dispvm",
            "=",
            "@",
            "\t",
            " ",
            " ",
            " ",
            "..");

    @Property
    void anyBytes(@ForAll byte[] content, @ForAll byte[] included) {
        hold(new MemoryFiles().with("50-test.policy", content).with("60-x.policy", included));
    }

    @Property
    void almostPolicies(@ForAll @Size(max = 60) List<Integer> choice, @ForAll long seed) {
        MemoryFiles files = new MemoryFiles();
        Random random = new Random(seed);
        for (String name : List.of(
                "50-test.policy", "a", "b", "dir/c.policy", "/etc/qubes-rpc/policy/a", "/etc/qubes-rpc/policy/a+x")) {
            StringBuilder text = new StringBuilder();
            for (int word : choice) {
                text.append(WORDS.get(Math.floorMod(word + random.nextInt(7), WORDS.size())));
                text.append(random.nextInt(3) == 0 ? "" : " ");
            }
            files.with(name, text.toString());
        }
        hold(files);
    }

    /** What is accepted must mean something to the evaluation, whatever is asked. */
    private static void hold(MemoryFiles files) {
        List<PolicySyntaxException> errors = Policy.errors(files);
        errors.forEach(error -> {
            assertThat(error.location().line()).isNotNegative();
            assertThat(error.location().file()).startsWith("/etc/");
            assertThat(error.getMessage()).startsWith(error.location() + ": ").doesNotContain("\n", "\u0000", "\u00e4");
        });
        try {
            Policy policy = Policy.parse(files);
            assertThat(errors).isEmpty();
            SystemInfo system = TestSystem.usual();
            for (String target : List.of("work", "dom0", "@default", "@dispvm", "@dispvm:dvm", "pi1")) {
                assertThat(policy.evaluate(system, TestSystem.request("vault", target, "svc+a")))
                        .isNotNull();
            }
        } catch (PolicySyntaxException refused) {
            assertThat(refused).hasMessage(errors.getFirst().getMessage());
        }
    }

    @Test
    void includesThatMultiplyAreCutOff() {
        MemoryFiles files = MemoryFiles.of("!include l0");
        for (int i = 0; i < 30; i++) {
            files.with("l" + i, "!include l" + (i + 1), "!include l" + (i + 1));
        }
        files.with("l30", "svc * work vault allow");
        assertThat(Policy.errors(files))
                .anySatisfy(error -> assertThat(error).hasMessageContaining("the policy has more than 500000 lines"));
    }

    @Test
    void deepIncludesAreCutOff() {
        MemoryFiles files = MemoryFiles.of("!include l0");
        for (int i = 0; i < 40; i++) {
            files.with("l" + i, "!include l" + (i + 1));
        }
        assertThat(Policy.errors(files))
                .singleElement()
                .satisfies(error -> assertThat(error)
                        .hasMessage("/etc/qubes/policy.d/l30:1: more than 32 files include one another"));
        files.with("l30", "svc * work vault allow");
        assertThat(Policy.errors(files)).isEmpty();
    }

    @Test
    void aHugeLineIsRefusedAndTheLongestArgumentIsNot() {
        String longest = "a".repeat(ServiceName.MAX_LENGTH);
        assertThat(Policy.errors(MemoryFiles.of("svc +" + longest + " work vault allow")))
                .isEmpty();
        byte[] huge = " ".repeat(PolicyLines.MAX_LINE + 1).getBytes(StandardCharsets.US_ASCII);
        assertThat(Policy.errors(new MemoryFiles().with("50-test.policy", huge)))
                .singleElement()
                .satisfies(error -> assertThat(error).hasMessageContaining("131073 bytes, the limit is 131072"));
        byte[] fits = " ".repeat(PolicyLines.MAX_LINE).getBytes(StandardCharsets.US_ASCII);
        assertThat(Policy.errors(new MemoryFiles().with("50-test.policy", fits)))
                .isEmpty();
    }

    @Test
    void noMoreThanAHundredErrorsAreKept() {
        assertThat(Policy.errors(MemoryFiles.of("x\n".repeat(500)))).hasSize(100);
    }
}
