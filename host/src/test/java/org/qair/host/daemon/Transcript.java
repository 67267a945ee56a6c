package org.qair.host.daemon;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** One question and its answer, of the vectors. */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Transcript(String name, byte[] question, byte[] answer) {
    static final Path DIRECTORY = Path.of("..", "docs", "vectors", "policy-daemon");

    static List<Transcript> of(Path file) throws IOException {
        List<Transcript> all = new ArrayList<>();
        String name = "";
        byte[] question = {};
        for (String line : Files.readAllLines(file)) {
            if (line.startsWith("# ")) {
                name = line.substring(2);
            } else if (line.startsWith("> ")) {
                question = bytes(line.substring(2));
            } else if (line.startsWith("<")) {
                all.add(new Transcript(name, question, bytes(line.substring(1).strip())));
            }
        }
        return all;
    }

    private static byte[] bytes(String text) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) != '\\') {
                bytes.write(text.charAt(i));
            } else if (text.charAt(i + 1) == 'n') {
                bytes.write('\n');
                i++;
            } else {
                bytes.write(Integer.parseInt(text.substring(i + 2, i + 4), 16));
                i += 3;
            }
        }
        return bytes.toByteArray();
    }

    String answerText() {
        return new String(answer, StandardCharsets.US_ASCII);
    }
}
