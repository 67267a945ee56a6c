package org.qair.policy;

/** The character sets of names, and the message about the first character outside one. */
final class Characters {
    private Characters() {}

    static boolean isNameLetter(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    }

    /** `[A-Za-z0-9_.-]`: what qube names, tags and service names are made of. */
    static boolean isNameCharacter(char c) {
        return isNameLetter(c) || (c >= '0' && c <= '9') || c == '_' || c == '.' || c == '-';
    }

    /** Throws unless every character of {@code text} is a name character or one of {@code more}. */
    static void check(String what, String text, String more) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (!isNameCharacter(c) && more.indexOf(c) < 0) {
                throw new InvalidNameException(
                        "%s `%s` has a character that is not allowed: %s at byte %d (allowed: A-Z a-z 0-9 _ . -%s)"
                                .formatted(what, Printable.of(text), describe(c), i, more.isEmpty() ? "" : " " + more));
            }
        }
    }

    private static String describe(char c) {
        return c > ' ' && c < 0x7f ? "`" + c + "`" : "U+%04X".formatted((int) c);
    }
}
