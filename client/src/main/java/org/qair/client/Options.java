package org.qair.client;

import java.util.ArrayList;
import java.util.List;

/** The command line of {@code qrexec-client-vm}, read as getopt_long(3) reads it up to the first word that is no option. */
final class Options {
    private static final List<String> LONG = List.of(
            "buffer-size=",
            "filter-escape-chars-stdout",
            "filter-escape-chars-stderr",
            "no-filter-escape-chars-stdout",
            "no-filter-escape-chars-stderr",
            "agent-socket=",
            "prefix-data=",
            "use-stdin-socket",
            "source-qube=",
            "help");

    /** What a terminal's default can be overridden with. */
    enum Filter {
        BY_TERMINAL,
        ON,
        OFF
    }

    Filter filterStdout = Filter.BY_TERMINAL;
    Filter filterStderr = Filter.BY_TERMINAL;
    String agentSocket = "";
    String prefixData = "";
    String source = "";
    boolean useStdinSocket;
    boolean help;
    String target = "";
    String service = "";
    List<String> localProgram = List.of();

    private boolean prefixGiven;
    private final String[] words;
    private int next;

    private Options(String[] words) {
        this.words = words;
    }

    /** Reads the words of a command line. */
    static Options parse(String... words) throws UsageException {
        Options options = new Options(words);
        options.readOptions();
        if (!options.help) {
            options.readOperands();
        }
        return options;
    }

    private void readOptions() throws UsageException {
        while (!help && next < words.length && words[next].startsWith("-") && words[next].length() > 1) {
            String word = words[next++];
            if (word.equals("--")) {
                return;
            }
            if (word.startsWith("--")) {
                readLong(word.substring(2));
            } else {
                readShort(word);
            }
        }
    }

    private void readOperands() throws UsageException {
        if (words.length - next < 2) {
            throw new UsageException(next == words.length ? "TARGET and SERVICE are missing" : "SERVICE is missing");
        }
        target = words[next].replace('$', '@');
        service = words[next + 1];
        localProgram = new ArrayList<>(List.of(words).subList(next + 2, words.length));
        if (useStdinSocket && !localProgram.isEmpty()) {
            throw new UsageException("--use-stdin-socket and LOCAL_PROGRAM exclude each other");
        }
    }

    private void readShort(String word) throws UsageException {
        for (int i = 1; i < word.length(); i++) {
            char option = word.charAt(i);
            if ("asp".indexOf(option) >= 0) {
                String rest = word.substring(i + 1);
                apply(option, rest.isEmpty() ? argument("-" + option) : rest);
                return;
            }
            switch (option) {
                case 't' -> filterStdout = Filter.ON;
                case 'T' -> filterStderr = Filter.ON;
                case 'h' -> {
                    help = true;
                    return;
                }
                default -> throw new UsageException("`-" + option + "` is no option");
            }
        }
    }

    private void readLong(String word) throws UsageException {
        int equals = word.indexOf('=');
        String given = equals < 0 ? word : word.substring(0, equals);
        String name = complete(given);
        boolean takesArgument = name.endsWith("=");
        if (equals >= 0 && !takesArgument) {
            throw new UsageException("`--" + name + "` takes no argument");
        }
        if (takesArgument) {
            applyLong(name, equals >= 0 ? word.substring(equals + 1) : argument("--" + given));
        } else {
            applyFlag(name);
        }
    }

    /** Unambiguous abbreviations count, as with getopt_long. */
    private static String complete(String given) throws UsageException {
        String found = "";
        for (String name : LONG) {
            if (name.equals(given) || name.equals(given + "=")) {
                return name;
            }
            if (name.startsWith(given)) {
                if (!found.isEmpty()) {
                    throw new UsageException(
                            "`--" + given + "` can be --" + found.replace("=", "") + " or --" + name.replace("=", ""));
                }
                found = name;
            }
        }
        if (found.isEmpty()) {
            throw new UsageException("`--" + given + "` is no option");
        }
        return found;
    }

    private String argument(String option) throws UsageException {
        if (next == words.length) {
            throw new UsageException("`" + option + "` needs an argument");
        }
        return words[next++];
    }

    private void applyLong(String name, String value) throws UsageException {
        switch (name) {
            case "buffer-size=" -> checkBufferSize(value);
            case "agent-socket=" -> apply('a', value);
            case "prefix-data=" -> apply('p', value);
            default -> apply('s', value);
        }
    }

    private void apply(char option, String value) throws UsageException {
        switch (option) {
            case 'a' -> agentSocket = value;
            case 's' -> source = value;
            default -> {
                if (prefixGiven) {
                    throw new UsageException("-p can be given once only");
                }
                prefixGiven = true;
                prefixData = value;
            }
        }
    }

    private void applyFlag(String name) throws UsageException {
        switch (name) {
            case "filter-escape-chars-stdout" -> filterStdout = Filter.ON;
            case "filter-escape-chars-stderr" -> filterStderr = Filter.ON;
            case "no-filter-escape-chars-stdout" -> filterStdout = Filter.OFF;
            case "no-filter-escape-chars-stderr" -> filterStderr = Filter.OFF;
            case "help" -> help = true;
            default -> {
                if (useStdinSocket) {
                    throw new UsageException("--use-stdin-socket can be given once only");
                }
                useStdinSocket = true;
            }
        }
    }

    /** A socket vchan has no buffer whose size could be chosen; a number that is none is still an error. */
    private static void checkBufferSize(String value) throws UsageException {
        try {
            if (!value.isEmpty() && Character.isDigit(value.charAt(0)) && Integer.decode(value) >= 0) {
                return;
            }
        } catch (NumberFormatException malformed) {
            // the same as with no digit at all
        }
        throw new UsageException("buffer size `" + value + "` is no number of bytes up to " + Integer.MAX_VALUE);
    }
}
