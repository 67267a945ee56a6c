package org.qair.registry;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.qair.testing.EscapedBytes;

/**
 * A file of requests and answers, byte for byte: lines `&gt; request` and `&lt; answer` in which a byte that is no printable
 * ASCII, or is a backslash, is written `\xNN`, and a newline `\n`. A request after `@` stays open to the end of the file, and
 * lines `* bytes` are what comes on it as a consequence of what is above them. Other lines are comments.
 */
public final class Transcript {
    private Transcript() {}

    /** What is asked: a request's bytes in, the answer's out. */
    @FunctionalInterface
    public interface Exchange {
        byte[] ask(byte[] request) throws IOException;
    }

    /** A request that stays open: its bytes go in, and it is read from until it is closed. */
    public interface Listener extends AutoCloseable {
        /** Reads exactly that many bytes. */
        byte[] hear(int count) throws IOException;

        @Override
        void close() throws IOException;
    }

    /** Opens a listener. */
    @FunctionalInterface
    public interface Opening {
        Listener open(byte[] request) throws IOException;
    }

    /** One request with its whole answer. */
    @SuppressWarnings("ArrayRecordComponent") // played once, never compared
    public record Step(byte[] request, byte[] answer) {}

    /** The requests that are answered and closed, in their order. */
    public static List<Step> steps(Path transcript) throws IOException {
        List<Step> steps = new ArrayList<>();
        List<String> lines = Files.readAllLines(transcript);
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).startsWith("> ")) {
                String answer = lines.get(i + 1).substring(1).strip();
                steps.add(new Step(EscapedBytes.unescape(lines.get(i).substring(2)), EscapedBytes.unescape(answer)));
            }
        }
        return steps;
    }

    public static Stream<Path> files(String kind) throws IOException {
        Path directory = Path.of("..", "docs", "vectors", kind);
        try (Stream<Path> found = Files.list(directory)) {
            return found.filter(path -> path.toString().endsWith(".txt")).sorted().toList().stream();
        }
    }

    /** Sends every request and returns the transcript with the answers that came; with -Dtranscript.record=true also writes it. */
    public static String play(Path transcript, Exchange exchange) throws IOException {
        return play(transcript, exchange, request -> {
            throw new IllegalStateException(transcript + " has a request that stays open");
        });
    }

    /** The same with requests that stay open; the bytes that come on them are read as far as the transcript has them. */
    public static String play(Path transcript, Exchange exchange, Opening opening) throws IOException {
        StringBuilder played = new StringBuilder();
        List<Listener> listeners = new ArrayList<>();
        try {
            for (String line : Files.readAllLines(transcript)) {
                if (line.startsWith("* ")) {
                    int count = EscapedBytes.unescape(line.substring(2)).length;
                    played.append("* ")
                            .append(escape(listeners.getLast().hear(count)))
                            .append('\n');
                } else if (!line.startsWith("<")) {
                    played.append(line).append('\n');
                }
                if (line.startsWith("@ ")) {
                    listeners.add(opening.open(EscapedBytes.unescape(line.substring(2))));
                }
                if (line.startsWith("> ")) {
                    played.append(("< " + escape(exchange.ask(EscapedBytes.unescape(line.substring(2)))))
                                    .stripTrailing())
                            .append('\n');
                }
            }
        } finally {
            for (Listener listener : listeners) {
                listener.close();
            }
        }
        if (Boolean.getBoolean("transcript.record")) {
            Files.writeString(transcript, played);
        }
        return played.toString();
    }

    /** With the spaces at the ends that an editor would take away. */
    private static String escape(byte[] bytes) {
        String text = EscapedBytes.escape(bytes);
        if (text.startsWith(" ")) {
            text = "\\x20" + text.substring(1);
        }
        return text.endsWith(" ") ? text.substring(0, text.length() - 1) + "\\x20" : text;
    }
}
