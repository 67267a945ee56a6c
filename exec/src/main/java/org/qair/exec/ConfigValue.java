package org.qair.exec;

/** The value of a line of {@code rpc-config}. */
sealed interface ConfigValue {
    /** {@code 0}, or a number without leading zeros. */
    record Whole(long number) implements ConfigValue {}

    record Truth(boolean truth) implements ConfigValue {}

    /** A string in single quotes, which has no escapes. */
    record Text(String text) implements ConfigValue {}

    /**
     * Reads what stands behind the {@code =}.
     *
     * @throws IllegalArgumentException saying what is wrong with it
     */
    static ConfigValue parse(String text) {
        char first = text.isEmpty() ? '#' : text.charAt(0);
        if (first == '#') {
            throw new IllegalArgumentException("there is no value");
        }
        int end = first == '\'' ? closingQuote(text) + 1 : wordEnd(text);
        checkNothingBehind(text, end);
        if (first == '\'') {
            return new Text(text.substring(1, end - 1));
        }
        return word(text.substring(0, end));
    }

    private static ConfigValue word(String word) {
        if (word.equals("true") || word.equals("false")) {
            return new Truth(word.equals("true"));
        }
        if (word.matches("0|[1-9][0-9]{0,17}")) {
            return new Whole(Long.parseLong(word));
        }
        if (word.startsWith("\"")) {
            throw new IllegalArgumentException("a string stands in single quotes");
        }
        throw new IllegalArgumentException("a value is a number, `true`, `false` or a string in single quotes");
    }

    private static int closingQuote(String text) {
        if (text.startsWith("'''")) {
            throw new IllegalArgumentException("a string stands in one quote at either end, not in three");
        }
        int end = text.indexOf('\'', 1);
        if (end < 0) {
            throw new IllegalArgumentException("the string has no end");
        }
        return end;
    }

    private static int wordEnd(String text) {
        int end = 0;
        while (end < text.length() && !isBlank(text.charAt(end)) && text.charAt(end) != '#') {
            end++;
        }
        return end;
    }

    private static void checkNothingBehind(String text, int end) {
        int at = end;
        while (at < text.length() && isBlank(text.charAt(at))) {
            at++;
        }
        if (at < text.length() && text.charAt(at) != '#') {
            throw new IllegalArgumentException("there is something behind the value");
        }
    }

    static boolean isBlank(char c) {
        return c == ' ' || c == '\t';
    }
}
