package org.qair.channel;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** One of {@code docs/vectors/protocol/conversations.txt}. */
record Conversation(String name, List<Conversation.Step> steps) {
    /** Bytes of one side on one connection, or its end. */
    record Step(boolean data, boolean ours, boolean end, ByteBuffer bytes) {}

    static List<Conversation> startingWith(String kind) throws IOException {
        List<Conversation> all = new ArrayList<>();
        for (String line : Files.readAllLines(Path.of("..", "docs", "vectors", "protocol", "conversations.txt"))) {
            if (line.startsWith("conversation ")) {
                all.add(new Conversation(line.substring("conversation ".length()), new ArrayList<>()));
            } else if (!line.isBlank() && !line.startsWith("#")) {
                all.getLast().steps.add(step(line.split(" +", -1)));
            }
        }
        return all.stream().filter(one -> one.name.startsWith(kind)).toList();
    }

    private static Step step(String[] words) {
        boolean end = words[2].equals("end");
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int i = 2; i < words.length && !end; i++) {
            String[] run = words[i].split("\\*", 2);
            for (int n = 0; n < (run.length == 2 ? Integer.parseInt(run[1]) : 1); n++) {
                bytes.writeBytes(HexFormat.of().parseHex(run[0]));
            }
        }
        return new Step(words[0].equals("data"), words[1].equals("ours"), end, ByteBuffer.wrap(bytes.toByteArray()));
    }

    @Override
    public String toString() {
        return name;
    }
}
