package org.qair.protocol;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** The shared vectors of {@code docs/vectors/protocol}. */
final class Vectors {
    /** One entry. */
    record Vector(boolean valid, String name, String runs, String says) {
        byte[] bytes() {
            return Vectors.bytes(runs);
        }

        @Override
        public String toString() {
            return name;
        }
    }

    private Vectors() {}

    /** The entries of one file. */
    static List<Vector> of(String name) throws IOException {
        List<Vector> found = new ArrayList<>();
        List<String> lines = Files.readAllLines(Path.of("..", "docs", "vectors", "protocol", name)).stream()
                .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                .toList();
        for (int i = 0; i < lines.size(); i += 3) {
            String[] head = lines.get(i).split(" ", 2);
            String says = lines.get(i + 2).substring(2);
            found.add(new Vector(
                    head[0].equals("valid"), head[1], lines.get(i + 1).strip(), says));
        }
        return found;
    }

    private static byte[] bytes(String text) {
        if (text.isEmpty()) {
            return new byte[0];
        }
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (String token : text.split(" ", -1)) {
            String[] run = token.split("\\*", 2);
            byte[] once = HexFormat.of().parseHex(run[0]);
            for (int i = 0; i < (run.length == 2 ? Integer.parseInt(run[1]) : 1); i++) {
                all.writeBytes(once);
            }
        }
        return all.toByteArray();
    }
}
