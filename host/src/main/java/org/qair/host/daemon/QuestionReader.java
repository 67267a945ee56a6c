package org.qair.host.daemon;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.util.Arrays;

/** Takes a question off a channel: its end is an empty line, for the asker keeps his side open to read the answer. */
final class QuestionReader {
    private static final int FIRST = 1_024;

    private QuestionReader() {}

    /**
     * Reads up to the first empty line; what came with it from behind it is dropped.
     *
     * @return everything before the empty line
     * @throws MalformedQuestionException when the stream ends before it, or it is not within the most bytes of a question
     */
    static byte[] read(ReadableByteChannel channel) throws IOException, MalformedQuestionException {
        byte[] bytes = new byte[FIRST];
        int length = 0;
        while (true) {
            if (length == bytes.length) {
                bytes = larger(bytes);
            }
            int count = channel.read(ByteBuffer.wrap(bytes, length, bytes.length - length));
            if (count < 0) {
                throw new MalformedQuestionException("it ends after %d bytes, without an empty line".formatted(length));
            }
            int end = emptyLine(bytes, length, length + count);
            if (end >= 0) {
                return Arrays.copyOf(bytes, end);
            }
            length += count;
        }
    }

    /** Where the empty line is among the bytes that are new, or -1. */
    private static int emptyLine(byte[] bytes, int from, int to) {
        for (int i = from; i < to; i++) {
            if (bytes[i] == '\n' && (i == 0 || bytes[i - 1] == '\n')) {
                return i;
            }
        }
        return -1;
    }

    private static byte[] larger(byte[] full) throws MalformedQuestionException {
        if (full.length >= PolicyQuestion.MAX_SIZE) {
            throw new MalformedQuestionException("more than %d bytes".formatted(PolicyQuestion.MAX_SIZE));
        }
        return Arrays.copyOf(full, Math.min(2 * full.length, PolicyQuestion.MAX_SIZE));
    }
}
