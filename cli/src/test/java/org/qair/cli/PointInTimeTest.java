package org.qair.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;
import picocli.CommandLine.TypeConversionException;

class PointInTimeTest {
    private final PointInTime converter =
            new PointInTime(Clock.fixed(Instant.parse("2026-06-01T12:00:00Z"), ZoneId.of("Europe/Berlin")));

    @Test
    void takesWhatPeopleWrite() {
        assertThat(converter.convert("90s")).isEqualTo("2026-06-01T11:58:30Z");
        assertThat(converter.convert("15m")).isEqualTo("2026-06-01T11:45:00Z");
        assertThat(converter.convert("2h")).isEqualTo("2026-06-01T10:00:00Z");
        assertThat(converter.convert("7d")).isEqualTo("2026-05-25T12:00:00Z");
        assertThat(converter.convert("2026-05-01")).isEqualTo("2026-04-30T22:00:00Z");
        assertThat(converter.convert("2026-05-01T09:00")).isEqualTo("2026-05-01T07:00:00Z");
        assertThat(converter.convert("2026-05-01T09:00:00Z")).isEqualTo("2026-05-01T09:00:00Z");
    }

    @Test
    void namesWhatItDoesNot() {
        for (String text : new String[] {"", "2", "h", "-2h", "2026-13-01", "now", "2026-05-01 09:00"}) {
            assertThatThrownBy(() -> converter.convert(text))
                    .isInstanceOf(TypeConversionException.class)
                    .hasMessageContaining("`" + text + "`");
        }
    }
}
