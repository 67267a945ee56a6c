package org.qair.cli;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Reads the usual words of {@code qair agent} without the library for command lines, whose classes cannot be cached and are a third of the
 * agent's start. Of everything else, {@code --help} and mistakes among it, nothing is said here: the library has the word.
 */
final class AgentArguments {
    private final String[] words;
    private final AgentOptions options = new AgentOptions();
    private int at;

    private AgentArguments(String[] words) {
        this.words = words;
    }

    /** What the words say; empty when they are not all usual ones. */
    static Optional<AgentOptions> read(String[] words) {
        AgentArguments arguments = new AgentArguments(words);
        while (arguments.at < words.length) {
            if (!arguments.takeOne()) {
                return Optional.empty();
            }
        }
        return Optional.of(arguments.options);
    }

    private boolean takeOne() {
        String word = words[at++];
        if (word.equals("-S") || word.equals("--no-fork-server")) {
            options.noForkServer = true;
            return true;
        }
        int equals = word.startsWith("--") ? word.indexOf('=') : -1;
        String name = equals < 0 ? word : word.substring(0, equals);
        Optional<String> value = equals < 0 ? next() : Optional.of(word.substring(equals + 1));
        return value.isPresent() && set(name, value.get());
    }

    private Optional<String> next() {
        return at < words.length && !words[at].startsWith("-") ? Optional.of(words[at++]) : Optional.empty();
    }

    private boolean set(String name, String value) {
        switch (name) {
            case "-a", "--agent-socket" -> options.agentSocket = Optional.of(Path.of(value));
            case "-s", "--fork-server-socket" -> options.forkServer = Optional.of(value);
            case "--vchan-dir" -> options.vchanDirectory = Optional.of(Path.of(value));
            case "--default-user" -> options.defaultUser = Optional.of(value);
            case "--settings" -> options.file = Path.of(value);
            case "--domain" -> {
                if (!value.matches("[0-9]{1,9}")) {
                    return false;
                }
                options.domain = Optional.of(Integer.valueOf(value));
            }
            default -> {
                return false;
            }
        }
        return true;
    }
}
