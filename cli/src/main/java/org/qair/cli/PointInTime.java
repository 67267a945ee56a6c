package org.qair.cli;

import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A time as people write it: an instant, a local date with or without a time of day, or how long ago. */
final class PointInTime implements ITypeConverter<Instant> {
    private static final Pattern AGO = Pattern.compile("([0-9]{1,6})([smhd])");

    private final Clock clock;

    PointInTime() {
        this(Clock.system(ZoneId.systemDefault()));
    }

    PointInTime(Clock clock) {
        this.clock = clock;
    }

    @Override
    public Instant convert(String text) {
        Matcher ago = AGO.matcher(text);
        if (ago.matches()) {
            return clock.instant().minus(Duration.parse(iso(ago.group(1), ago.group(2))));
        }
        try {
            return absolute(text, clock.getZone());
        } catch (DateTimeException malformed) {
            throw new TypeConversionException(
                    "`%s` is no time: write 2026-11-24, 2026-11-24T09:00, 2026-11-24T09:00:00Z, or 90s, 15m, 2h, 7d for how long ago"
                            .formatted(text));
        }
    }

    private static String iso(String number, String unit) {
        return unit.equals("d") ? "P" + number + "D" : "PT" + number + unit;
    }

    private static Instant absolute(String text, ZoneId zone) {
        if (text.endsWith("Z")) {
            return Instant.parse(text);
        }
        return text.contains("T")
                ? LocalDateTime.parse(text).atZone(zone).toInstant()
                : LocalDate.parse(text).atStartOfDay(zone).toInstant();
    }
}
