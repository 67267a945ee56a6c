package org.qair.policy;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class PrintableTest {
    @Test
    void whatATerminalOrALogWouldActOnIsEscaped() {
        assertThat(Printable.of("a\u001b[31m`\n\u007f\u00e9 ~"))
                .isEqualTo("a\\u001b[31m\\u0060\\u000a\\u007f\\u00e9 ~");
        assertThat(Printable.line("a\u001b[31m`\r\n\u007f\u009b\u00e9 ~"))
                .isEqualTo("a\\u001b[31m`\\u000d\\u000a\\u007f\\u009b\u00e9 ~");
    }

    @Test
    void inBackticksItIsCutAndAsALineItIsWhole() {
        assertThat(Printable.of("x".repeat(80))).isEqualTo("x".repeat(80));
        assertThat(Printable.of("x".repeat(81))).isEqualTo("x".repeat(80) + "…");
        assertThat(Printable.line("x".repeat(1_000))).isEqualTo("x".repeat(1_000));
    }

    @Property
    void nothingThatControlsIsLeft(@ForAll String text) {
        assertThat(Printable.of(text)).matches("[ -_a-~]*…?").hasSizeLessThanOrEqualTo(80 * 6 + 1);
        assertThat(Printable.line(text).chars()).noneMatch(Character::isISOControl);
    }

    @Property
    void plainTextStaysAsItIs(@ForAll("plain") String text) {
        assertThat(Printable.of(text)).isEqualTo(text);
        assertThat(Printable.line(text)).isEqualTo(text);
    }

    @Provide
    Arbitrary<String> plain() {
        return Arbitraries.strings()
                .withCharRange(' ', '_')
                .withCharRange('a', '~')
                .ofMaxLength(80);
    }
}
