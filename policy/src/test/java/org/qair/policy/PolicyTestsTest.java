package org.qair.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class PolicyTestsTest {
    private static PolicyTests table(String... rows) throws PolicySyntaxException {
        return PolicyTests.parse("t", String.join("\n", rows).getBytes(StandardCharsets.UTF_8));
    }

    private static List<String> run(String... rows) throws PolicySyntaxException {
        Policy policy = Policy.parse(MemoryFiles.of(
                "svc +deny * * deny",
                "svc * work @default allow target=pi1",
                "svc * work @anyvm ask",
                "svc * pi1 vault allow"));
        return table(rows).run(policy, TestSystem.usual()).stream()
                .map(PolicyTests.Failure::toString)
                .toList();
    }

    @Test
    void rowsThatHold() throws Exception {
        String[] rows = {
            "# comment",
            "",
            "work @default svc allow",
            "work @default svc+x allow pi1",
            " work\tvault svc ask",
            "work vault svc ask personal",
            "work vault svc+deny deny",
            "pi1(sys-relay) vault svc allow vault",
            "far(sys-relay) vault svc deny",
        };
        assertThat(run(rows)).isEmpty();
        assertThat(table(rows).size()).isEqualTo(7);
    }

    @Test
    void rowsThatDoNotAreNamedWithWhatPolicySays() throws Exception {
        assertThat(run(
                        "# comment",
                        "work @default svc allow vault",
                        "work @default svc ask",
                        "work vault svc+deny allow",
                        "work vault svc ask dom0",
                        "personal vault svc ask",
                        "work vault svc allow",
                        "work @default svc deny"))
                .satisfiesExactly(
                        row -> assertThat(row)
                                .isEqualTo(
                                        "t:2: expected allow vault, policy says allow pi1 (/etc/qubes/policy.d/50-test.policy:2)"),
                        row -> assertThat(row).startsWith("t:3: expected ask, policy says allow pi1"),
                        row -> assertThat(row).startsWith("t:4: expected allow, policy says deny, denied by /etc"),
                        row -> assertThat(row).startsWith("t:5: expected ask dom0, policy says ask @dispvm:dvm,"),
                        row -> assertThat(row).isEqualTo("t:6: expected ask, policy says deny, no rule matches"),
                        row -> assertThat(row).startsWith("t:7: expected allow, policy says ask"),
                        row -> assertThat(row).startsWith("t:8: expected deny, policy says allow"));
    }

    @Test
    void badRowsAreRefusedWithTheirPlace() {
        assertRefused("t:2: a row is SOURCE TARGET SERVICE DECISION [DESTINATION], this one has 3 words", "#", "a b c");
        assertRefused(
                "t:1: a row is SOURCE TARGET SERVICE DECISION [DESTINATION], this one has 6 words", "a b c d e f");
        assertRefused("t:1: `alow` is no decision: did you mean `allow`?", "a b c alow");
        assertRefused("t:1: `deny` has no destination", "a b c deny d");
        assertRefused("t:1: qube name `9a` does not start with a letter", "9a b c deny");
        assertRefused("t:1: `@anyvm` is no target that a caller can name", "a @anyvm c deny");
        assertRefused("t:1: byte 0 of the line is NUL", "\u0000");
        assertRefused("t:1: a qube name is empty", "a() b c deny");
    }

    private static void assertRefused(String message, String... rows) {
        assertThatThrownBy(() -> table(rows))
                .isInstanceOf(PolicySyntaxException.class)
                .hasMessage(message);
    }
}
