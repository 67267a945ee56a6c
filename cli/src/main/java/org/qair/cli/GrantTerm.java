package org.qair.cli;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.qair.policy.Printable;

/** How long an answer is to stand, as people type it: {@code 90s}, {@code 10m}, {@code 2h}, {@code session}, {@code 5x}. */
final class GrantTerm {
    private static final Pattern FORM = Pattern.compile("([0-9]{1,6})([smhx])");
    private static final Map<String, Integer> SECONDS = Map.of("s", 1, "m", 60, "h", 3_600);

    private GrantTerm() {}

    /**
     * What it adds to an answer.
     *
     * @throws IllegalArgumentException saying what to type instead
     */
    static Map<String, Object> parse(String text) {
        if (text.equals("session")) {
            return Map.of("grant_session", true);
        }
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    "`%s` is no term: type 90s, 10m, 2h, session, or 5x for five calls".formatted(Printable.of(text)));
        }
        int number = Integer.parseInt(matcher.group(1));
        Integer unit = SECONDS.get(matcher.group(2));
        return unit == null
                ? Map.of("grant_calls", number)
                : Map.of("grant_seconds", (int) Math.min((long) number * unit, Integer.MAX_VALUE));
    }
}
