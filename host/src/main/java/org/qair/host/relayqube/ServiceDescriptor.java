package org.qair.host.relayqube;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import org.qair.policy.Printable;

/**
 * What an agent says first to a service on a socket: {@code service+argument source[ type target]} and NUL. The names are as they came.
 *
 * @param service with its argument
 */
record ServiceDescriptor(String service, String source) {
    /** A service with its argument, three names, and what is between them. */
    private static final int LONGEST = 65_000 + 4 * 64;

    private static final int FEWEST_WORDS = 2;
    private static final int MOST_WORDS = 4;

    /**
     * Reads it, and not a byte more.
     *
     * @throws IOException when what came is none
     */
    static ServiceDescriptor read(ReadableByteChannel from) throws IOException {
        StringBuilder text = new StringBuilder();
        ByteBuffer one = ByteBuffer.allocate(1);
        while (true) {
            if (from.read(one.clear()) < 0) {
                throw new EOFException("the agent closed the connection within its descriptor");
            }
            byte next = one.get(0);
            if (next == 0) {
                return parse(text.toString());
            }
            if (text.length() == LONGEST) {
                throw new IOException("a descriptor of more than %d bytes".formatted(LONGEST));
            }
            text.append((char) (next & 0xff));
        }
    }

    private static ServiceDescriptor parse(String text) throws IOException {
        String[] words = text.split(" ", -1);
        if (words.length < FEWEST_WORDS || words.length > MOST_WORDS) {
            throw new IOException(
                    "`%s` is no descriptor; is `skip-service-descriptor` set for this service? It must not be"
                            .formatted(Printable.of(text)));
        }
        return new ServiceDescriptor(words[0], words[1]);
    }
}
