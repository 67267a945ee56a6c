package org.qair.call;

import java.util.Optional;
import org.qair.policy.Printable;

/**
 * The one request that the endpoint understands, taken apart: {@code qrexec-client-vm [--source-qube=NAME | --source-qube
 * NAME | -s NAME] [--] TARGET SERVICE[+ARG]}, words parted by single spaces, no quotes. The names are as the peer wrote
 * them, made of harmless characters but not checked otherwise.
 */
public record EndpointCommand(Optional<String> source, String target, String service) {
    /** The longest request, in bytes: a service with its argument, two names and the words around them. */
    static final int MAX_LENGTH = 65_536;

    private static final String PROGRAM = "qrexec-client-vm";
    private static final String LONG_OPTION = "--source-qube";
    private static final int MAX_WORDS = 7;

    /**
     * Takes a request apart.
     *
     * @throws IllegalArgumentException saying what is wrong; the text is fit for a log
     */
    public static EndpointCommand parse(String line) {
        checkCharacters(line);
        String[] words = line.split(" ", MAX_WORDS + 1);
        for (String word : words) {
            if (word.isEmpty()) {
                throw new IllegalArgumentException("an empty word in `%s`".formatted(Printable.of(line)));
            }
        }
        if (!words[0].equals(PROGRAM)) {
            throw new IllegalArgumentException("`%s` is not `%s`".formatted(Printable.of(words[0]), PROGRAM));
        }
        return positional(words, line);
    }

    private static EndpointCommand positional(String[] words, String line) {
        Optional<String> source = Optional.empty();
        int at = 1;
        while (at < words.length && words[at].startsWith("-") && !words[at].equals("--")) {
            if (source.isPresent()) {
                throw new IllegalArgumentException("more than one option in `%s`".formatted(Printable.of(line)));
            }
            source = Optional.of(sourceOption(words, at));
            at += words[at].startsWith(LONG_OPTION + "=") ? 1 : 2;
        }
        if (at < words.length && words[at].equals("--")) {
            at++;
        }
        if (words.length - at != 2) {
            throw new IllegalArgumentException(
                    "a target and a service are needed, and nothing after them, in `%s`".formatted(Printable.of(line)));
        }
        return new EndpointCommand(source, words[at], words[at + 1]);
    }

    private static String sourceOption(String[] words, int at) {
        String word = words[at];
        if (word.startsWith(LONG_OPTION + "=")) {
            return word.substring(LONG_OPTION.length() + 1);
        }
        if (!word.equals(LONG_OPTION) && !word.equals("-s")) {
            throw new IllegalArgumentException("option `%s` is not known here".formatted(Printable.of(word)));
        }
        if (at + 1 == words.length) {
            throw new IllegalArgumentException("option `%s` needs a name".formatted(word));
        }
        return words[at + 1];
    }

    private static void checkCharacters(String line) {
        if (line.length() > MAX_LENGTH) {
            throw new IllegalArgumentException(
                    "a request of %d bytes, the limit is %d".formatted(line.length(), MAX_LENGTH));
        }
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            boolean letterOrDigit = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
            if (!letterOrDigit && " _.-+=@:".indexOf(c) < 0) {
                throw new IllegalArgumentException(("a character that is not allowed at byte %d of `%s` (no quotes, no"
                                + " shell: names, words and single spaces)")
                        .formatted(i, Printable.of(line)));
            }
        }
    }
}
