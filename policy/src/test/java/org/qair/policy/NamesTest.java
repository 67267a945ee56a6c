package org.qair.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NamesTest {
    @ParameterizedTest
    @ValueSource(strings = {"a", "z", "A", "Z", "work", "a0", "a9", "a_", "a.b", "a-b", "disp1234"})
    void qubeNames(String name) {
        assertThat(new QubeName(name)).hasToString(name);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "1a",
                "-a",
                "_a",
                ".a",
                "a b",
                "a/b",
                "a+b",
                "a:b",
                "@default",
                "a\n",
                "ä",
                "a[",
                "a`",
                "a{",
                "[a"
            })
    void noQubeNames(String name) {
        assertThatThrownBy(() -> new QubeName(name)).isInstanceOf(InvalidNameException.class);
    }

    @Test
    void theLimitOfAQubeNameIs63Bytes() {
        assertThat(new QubeName("a".repeat(63)).value()).hasSize(63);
        assertThatThrownBy(() -> new QubeName("a".repeat(64))).hasMessageContaining("64 bytes, the limit is 63");
    }

    @Test
    void qubeNamesAreInOrderOfTheirText() {
        assertThat(new TreeSet<>(List.of(new QubeName("b"), new QubeName("B"), new QubeName("a"))))
                .extracting(QubeName::value)
                .containsExactly("B", "a", "b");
    }

    @Test
    void messagesShowWhatWasWrittenSafelyAndShortly() {
        assertThatThrownBy(() -> new QubeName("a\u001b[31m`x"))
                .hasMessage("qube name `a\\u001b[31m\\u0060x` has a character that is not allowed: U+001B at byte 1"
                        + " (allowed: A-Z a-z 0-9 _ . -)");
        assertThatThrownBy(() -> new QubeName("~" + "a".repeat(80))).hasMessageContaining("`~" + "a".repeat(79) + "…`");
        assertThatThrownBy(() -> new QubeName("~" + "a".repeat(79))).hasMessageContaining("`~" + "a".repeat(79) + "`");
        assertThatThrownBy(() -> new QubeName("a b")).hasMessageContaining("U+0020 at byte 1");
        assertThatThrownBy(() -> new QubeName("a\u007f"))
                .hasMessageContaining("\\u007f")
                .hasMessageContaining("U+007F");
        assertThatThrownBy(() -> new QubeName("a!")).hasMessageContaining("`!` at byte 1");
        assertThatThrownBy(() -> new QubeName("a~")).hasMessageContaining("`~` at byte 1");
    }

    @Test
    void requestedTargetsReadBackAsTheyAreNormally() {
        assertThat(RequestedTarget.parse("")).hasToString("@default");
        assertThat(RequestedTarget.parse("@default")).isEqualTo(RequestedTarget.parse(""));
        assertThat(RequestedTarget.parse("dom0")).hasToString("@adminvm").isEqualTo(RequestedTarget.parse("@adminvm"));
        assertThat(RequestedTarget.parse("uuid:00000000-0000-0000-0000-000000000000"))
                .isEqualTo(new RequestedTarget.AdminVm());
        assertThat(RequestedTarget.parse("uuid:0000000A-0000-4000-8000-000000000000"))
                .hasToString("uuid:0000000a-0000-4000-8000-000000000000");
        assertThat(RequestedTarget.parse("@dispvm")).hasToString("@dispvm");
        assertThat(RequestedTarget.parse("@dispvm:x")).hasToString("@dispvm:x");
        assertThat(RequestedTarget.parse("x")).hasToString("x");
    }

    @Test
    void tokensReadBackAsTheyAreWritten() throws Exception {
        for (String word : Column.TARGET.keywords()) {
            String text = word.endsWith(":") ? word + "x" : word;
            assertThat(TokenParser.parse(Column.TARGET, text)).hasToString(text);
        }
        String uuid = "uuid:0000000a-0000-4000-8000-000000000000";
        assertThat(TokenParser.parse(Column.REDIRECT, uuid)).hasToString(uuid);
        assertThat(TokenParser.parse(Column.SOURCE, "work")).hasToString("work");
    }

    @Test
    void everyKeywordOfAColumnIsAcceptedThere() throws Exception {
        for (Column column : Column.values()) {
            for (String word : column.keywords()) {
                assertThat(TokenParser.parse(column, word.endsWith(":") ? word + "x" : word))
                        .isNotNull();
            }
        }
    }

    @Test
    void serviceNamesCheckTheirPartsWhoeverMakesThem() {
        assertThatThrownBy(() -> new ServiceName("a+b", Optional.empty())).isInstanceOf(InvalidNameException.class);
        assertThatThrownBy(() -> new ServiceName("a", Optional.of("b c"))).isInstanceOf(InvalidNameException.class);
        assertThatThrownBy(() -> new ServiceName("a", Optional.of("b".repeat(64_999))))
                .hasMessageContaining("65001");
        assertThat(new ServiceName("a", Optional.of("b".repeat(64_998))).argument())
                .isPresent();
        assertThat(new ServiceName("a".repeat(65_000), Optional.empty()).argument())
                .isEmpty();
    }

    @Property(tries = 500)
    void aRequestedTargetIsReadOrRefusedWithAPrintableReason(@ForAll String text) {
        try {
            assertThat(RequestedTarget.parse(RequestedTarget.parse(text).toString()))
                    .isEqualTo(RequestedTarget.parse(text));
        } catch (InvalidNameException refused) {
            assertThat(refused.getMessage()).matches("\\p{Print}*…?\\p{Print}*");
        }
    }
}
