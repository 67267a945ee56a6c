package org.qair.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.qair.testing.EscapedBytes;

/**
 * Plays {@code docs/vectors/policy-rpc}: after {@code $} a service, after {@code >} its payload, then what came: {@code <} stdout, {@code !} stderr, {@code =} the
 * exit code. With {@code -Dtranscript.record=true} the file is written anew.
 */
@Timeout(120)
class PolicyRpcVectorsTest {
    @TempDir
    Path root;

    static Stream<Path> vectors() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("..", "docs", "vectors", "policy-rpc"))) {
            return files.filter(file -> file.toString().endsWith(".txt")).sorted().toList().stream();
        }
    }

    @ParameterizedTest
    @MethodSource("vectors")
    void theCallsEndAsTheVectorSays(Path vector) throws Exception {
        try (PolicyHost host = new PolicyHost(root)) {
            List<String> played = new ArrayList<>();
            List<String> lines = Files.readAllLines(vector);
            for (int i = 0; i < lines.size(); i++) {
                String line = lines.get(i);
                if (!line.startsWith("<") && !line.startsWith("!") && !line.startsWith("=")) {
                    played.add(line);
                }
                if (line.startsWith("$ ") && !next(lines, i).startsWith("> ")) {
                    play(host, line.substring(2), new byte[0], played);
                }
                if (line.startsWith("> ")) {
                    play(host, lines.get(i - 1).substring(2), EscapedBytes.unescape(line.substring(2)), played);
                }
            }
            if (Boolean.getBoolean("transcript.record")) {
                Files.write(vector, played);
            }
            assertThat(played).isEqualTo(lines);
        }
    }

    private static String next(List<String> lines, int i) {
        return i + 1 < lines.size() ? lines.get(i + 1) : "";
    }

    private void play(PolicyHost host, String service, byte[] payload, List<String> played) throws Exception {
        CapturedStreams streams = CapturedStreams.of(new String(payload, StandardCharsets.ISO_8859_1));
        int code = host.run(service, streams);
        if (!streams.out().isEmpty()) {
            played.add("< " + escape(streams.out()));
        }
        if (!streams.err().isEmpty()) {
            played.add("! " + escape(streams.err().replace(root.toString(), "")));
        }
        played.add("= " + code);
    }

    private static String escape(String text) {
        return EscapedBytes.escape(text.getBytes(StandardCharsets.ISO_8859_1));
    }
}
