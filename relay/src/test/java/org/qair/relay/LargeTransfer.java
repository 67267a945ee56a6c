package org.qair.relay;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.SplittableRandom;
import org.qair.call.PlainStreams;
import org.qair.relay.endpoint.EndpointFixture;

/** A program: sends so many MiB through transport and endpoint and back, in one process, and checks what came back. */
final class LargeTransfer {
    private LargeTransfer() {}

    public static void main(String[] arguments) throws Exception {
        Path directory = Path.of(arguments[0]);
        long bytes = Long.parseLong(arguments[1]) << 20;
        MessageDigest sent = MessageDigest.getInstance("SHA-256");
        MessageDigest received = MessageDigest.getInstance("SHA-256");
        long start = System.nanoTime();
        try (EndpointFixture far = new EndpointFixture(directory);
                TransportFixture near = new TransportFixture(far.peer())) {
            int code = near.call(
                    "echo+7",
                    new PlainStreams(new Source(bytes, sent), new Sink(received), OutputStream.nullOutputStream()));
            double seconds = (System.nanoTime() - start) / 1e9;
            boolean same = MessageDigest.isEqual(sent.digest(), received.digest());
            System.out.printf("exit %d same %b %.0f MiB/s%n", code, same, (bytes >> 20) / seconds);
        }
    }

    private static final class Source extends InputStream {
        private final SplittableRandom random = new SplittableRandom(1);
        private final MessageDigest digest;
        private long left;

        Source(long bytes, MessageDigest digest) {
            this.left = bytes;
            this.digest = digest;
        }

        @Override
        public int read() {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] target, int offset, int length) {
            if (left == 0) {
                return -1;
            }
            int count = (int) Math.min(length, left);
            byte[] bytes = new byte[count];
            random.nextBytes(bytes);
            System.arraycopy(bytes, 0, target, offset, count);
            digest.update(bytes);
            left -= count;
            return count;
        }
    }

    private static final class Sink extends OutputStream {
        private final MessageDigest digest;

        Sink(MessageDigest digest) {
            this.digest = digest;
        }

        @Override
        public void write(int b) {
            digest.update((byte) b);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            digest.update(bytes, offset, length);
        }
    }
}
