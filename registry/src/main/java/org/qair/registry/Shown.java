package org.qair.registry;

/** Text from outside as it may stand in a message: cut after 80 characters, control and non-ASCII characters escaped. */
public final class Shown {
    private static final int LIMIT = 80;

    private Shown() {}

    public static String text(String text) {
        StringBuilder shown = new StringBuilder();
        for (int i = 0; i < text.length() && i < LIMIT; i++) {
            char c = text.charAt(i);
            shown.append(c >= ' ' && c < 0x7f && c != '`' ? String.valueOf(c) : "\\u%04x".formatted((int) c));
        }
        return text.length() > LIMIT ? shown + "…" : shown.toString();
    }
}
