package org.qair.policy;

/** Text of others, made fit for a message, a log line or a terminal: it can neither forge a line nor command what shows it. */
public final class Printable {
    private static final int SHOWN = 80;

    private Printable() {}

    /** As it may stand between backticks: cut after 80 characters; backticks, control and non-ASCII characters escaped. */
    public static String of(String text) {
        StringBuilder shown = new StringBuilder();
        for (int i = 0; i < text.length() && i < SHOWN; i++) {
            char c = text.charAt(i);
            append(shown, c, c >= ' ' && c < 0x7f && c != '`');
        }
        return text.length() > SHOWN ? shown + "…" : shown.toString();
    }

    /** A whole message as one line: every control character escaped, nothing cut. */
    public static String line(String text) {
        StringBuilder shown = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            append(shown, text.charAt(i), !Character.isISOControl(text.charAt(i)));
        }
        return shown.toString();
    }

    private static void append(StringBuilder to, char c, boolean asItIs) {
        if (asItIs) {
            to.append(c);
        } else {
            to.append("\\u%04x".formatted((int) c));
        }
    }
}
