package org.qair.exec;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.Pipe;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import org.qair.call.Streams;

/** A caller within the test: its stdin is a pipe of the kernel, what it receives is kept. */
final class TestStreams implements Streams {
    private final Pipe pipe;
    private final InputStream stdin;
    final OutputStream input;
    final Received stdout = new Received();
    final Received stderr = new Received();

    TestStreams() throws IOException {
        pipe = Pipe.open();
        stdin = Channels.newInputStream(pipe.source());
        input = Channels.newOutputStream(pipe.sink());
    }

    /** A caller that sends this and then half-closes. */
    static TestStreams sending(String text) throws IOException {
        TestStreams streams = new TestStreams();
        streams.input.write(text.getBytes(StandardCharsets.UTF_8));
        streams.input.close();
        return streams;
    }

    @Override
    public InputStream stdin() {
        return stdin;
    }

    @Override
    public OutputStream stdout() {
        return stdout;
    }

    @Override
    public OutputStream stderr() {
        return stderr;
    }

    /** Keeps the bytes, and tells when the first arrived and when the stream was closed. */
    static final class Received extends OutputStream {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        final CountDownLatch first = new CountDownLatch(1);
        final CountDownLatch closed = new CountDownLatch(1);

        @Override
        public void write(int b) {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public synchronized void write(byte[] more, int offset, int length) {
            bytes.write(more, offset, length);
            first.countDown();
        }

        @Override
        public void close() {
            closed.countDown();
        }

        synchronized byte[] bytes() {
            return bytes.toByteArray();
        }

        String text() {
            return new String(bytes(), StandardCharsets.UTF_8);
        }
    }
}
