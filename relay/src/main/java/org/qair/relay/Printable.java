package org.qair.relay;

/** Text of others, made fit for a log line or a message: cut, and with control and non-ASCII characters escaped. */
final class Printable {
    private static final int SHOWN = 80;

    private Printable() {}

    static String of(String text) {
        StringBuilder shown = new StringBuilder();
        for (int i = 0; i < text.length() && i < SHOWN; i++) {
            char c = text.charAt(i);
            shown.append(c >= ' ' && c < 0x7f && c != '`' ? String.valueOf(c) : "\\u%04x".formatted((int) c));
        }
        return text.length() > SHOWN ? shown + "…" : shown.toString();
    }
}
