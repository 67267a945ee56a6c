package org.qair.cli.policy;

/** Text of files, made safe to print on a terminal. */
final class Terminal {
    private Terminal() {}

    /** Control characters become {@code �}; a tab stays. */
    static String printable(String text) {
        return text.codePoints()
                .map(c -> Character.isISOControl(c) && c != '\t' ? 0xFFFD : c)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }
}
