package org.qair.client;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.qair.channel.QubesDbClient;

/**
 * The programs {@code qubesdb-read}, {@code -multiread}, {@code -list}, {@code -watch}, {@code -write} and {@code -rm}, by the
 * first word of the command line. Exit code 0, 2 for an entry to read that is missing, 1 otherwise.
 */
public final class QubesDb {
    private static final int FAILED = 1;
    private static final int MISSING = 2;

    private final String command;
    private final List<String> paths = new ArrayList<>();
    private final PrintStream out = new PrintStream(
            new FileOutputStream(FileDescriptor.out), false, ISO_8859_1); // a character is a byte of a value
    private String domain = "";
    private boolean fullPath;
    private boolean raw;
    private boolean quiet;
    private boolean help;
    private boolean await;
    private int watchCount = 1;

    private QubesDb(String command) {
        this.command = command;
    }

    /** Runs one of them and exits. */
    public static void main(String[] words) {
        QubesDb program = new QubesDb(words[0]);
        int code = program.run(words);
        program.out.flush();
        System.exit(code);
    }

    private int run(String[] words) {
        try {
            parse(ByteArguments.of(words));
            if (help) {
                usage(out);
                return 0;
            }
            try (QubesDbClient database = QubesDbSockets.open(socket(), domain)) {
                return switch (command) {
                    case "read" -> read(database);
                    case "multiread" -> multiread(database);
                    case "list" -> list(database);
                    case "write" -> write(database);
                    case "rm" -> remove(database);
                    default -> watch(database);
                };
            }
        } catch (UsageException refused) {
            System.err.println("qubesdb-" + command + ": " + refused.getMessage());
            usage(System.err);
        } catch (IOException | IllegalArgumentException failure) {
            complain(String.valueOf(failure.getMessage()));
        }
        return FAILED;
    }

    private void usage(PrintStream to) {
        switch (command) {
            case "write" -> {
                to.println("usage: qubesdb-write [-q] [-d QUBE] PATH VALUE [PATH VALUE...]");
                to.println("for example: qubesdb-write /mine/colour blue");
            }
            case "rm" -> {
                to.println("usage: qubesdb-rm [-q] [-d QUBE] PATH...");
                to.println("for example: qubesdb-rm /mine/");
            }
            default -> {
                String own = command.equals("read") ? "w] [" : "] [";
                String count = command.equals("watch") ? "-n COUNT] [" : "";
                to.println("usage: qubesdb-" + command + " [-frq" + own + count + "-d QUBE] PATH"
                        + (command.equals("list") ? "" : "..."));
                to.println("for example: qubesdb-" + command + " /remote/work");
            }
        }
    }

    private static String socket() {
        String socket = System.getenv("QUBESDB_SOCKET");
        return socket == null ? "" : socket;
    }

    private void parse(String[] words) throws UsageException {
        int next = 1;
        while (next < words.length && words[next].startsWith("-") && words[next].length() > 1) {
            String word = words[next++];
            if (word.equals("--")) {
                break;
            }
            if (word.equals("--help")) {
                help = true;
            } else if (word.equals("-d") || word.equals("-n")) {
                if (next == words.length) {
                    throw new UsageException("`" + word + "` needs an argument");
                }
                option(word, words[next++]);
            } else {
                flags(word);
            }
        }
        paths.addAll(List.of(words).subList(next, words.length));
        if (help) {
            return;
        }
        if (paths.isEmpty() || (command.equals("list") && paths.size() > 1)) {
            throw new UsageException(paths.isEmpty() ? "PATH is missing" : "one PATH only");
        }
        if (command.equals("write") && paths.size() % 2 != 0) {
            throw new UsageException("a VALUE is missing");
        }
    }

    private void option(String word, String value) throws UsageException {
        if (word.equals("-d")) {
            domain = value;
            return;
        }
        try {
            watchCount = Integer.parseInt(value);
        } catch (NumberFormatException malformed) {
            throw new UsageException("`" + value + "` is no number");
        }
    }

    private void flags(String word) throws UsageException {
        for (int i = 1; i < word.length(); i++) {
            switch (word.charAt(i)) {
                case 'f' -> fullPath = true;
                case 'r' -> raw = true;
                case 'q' -> quiet = true;
                case 'h' -> help = true;
                case 'w' -> await = true;
                default -> throw new UsageException("`-" + word.charAt(i) + "` is no option");
            }
        }
    }

    private int read(QubesDbClient database) throws IOException {
        int code = 0;
        for (String path : paths) {
            Optional<byte[]> value = await ? Optional.of(database.awaitBytes(path)) : database.readBytes(path);
            if (value.isEmpty()) {
                complain("no entry `" + path + "`");
                code = MISSING;
            } else {
                out.println((fullPath ? path + " = " : "") + shown(value.get()));
            }
        }
        return code;
    }

    private int multiread(QubesDbClient database) throws IOException {
        for (String prefix : paths) {
            database.multireadBytes(prefix)
                    .forEach((path, value) -> out.println(relative(path, prefix) + " = " + shown(value)));
        }
        return 0;
    }

    private int write(QubesDbClient database) throws IOException {
        for (int i = 0; i < paths.size(); i += 2) {
            database.write(paths.get(i), paths.get(i + 1).getBytes(ISO_8859_1));
        }
        return 0;
    }

    /** What is not there is as good as removed, for the field's program too. */
    private int remove(QubesDbClient database) throws IOException {
        for (String path : paths) {
            boolean _ = database.remove(path);
        }
        return 0;
    }

    private String relative(String path, String prefix) {
        return fullPath ? path : path.substring(prefix.length());
    }

    private int list(QubesDbClient database) throws IOException {
        String prefix = paths.getFirst();
        for (String path : database.list(prefix)) {
            out.println(relative(path, prefix));
        }
        return 0;
    }

    private int watch(QubesDbClient database) throws IOException {
        for (String path : paths) {
            database.watch(path);
        }
        for (int left = watchCount; left != 0; left--) { // a negative count never ends
            out.println(database.nextChange());
            out.flush();
        }
        return 0;
    }

    /** Values are printed so that they cannot speak to a terminal. */
    private String shown(byte[] bytes) {
        if (raw) {
            return new String(bytes, ISO_8859_1);
        }
        StringBuilder text = new StringBuilder();
        for (byte b : bytes) {
            if (b >= ' ') {
                text.append((char) b);
            } else {
                text.append("\\x").append(Character.forDigit((b >> 4) & 15, 16)).append(Character.forDigit(b & 15, 16));
            }
        }
        return text.toString();
    }

    private void complain(String message) {
        if (!quiet) {
            System.err.println("qubesdb-" + command + ": " + message);
        }
    }
}
