package org.qair.host;

import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.concurrent.atomic.AtomicLong;
import org.qair.call.Streams;
import org.qair.channel.PassingInput;
import org.qair.host.audit.AuditRecord.Bytes;

/** A caller's streams with a count of the bytes that passed each. */
final class CountingStreams implements Streams {
    private final AtomicLong in = new AtomicLong();
    private final AtomicLong out = new AtomicLong();
    private final AtomicLong err = new AtomicLong();
    private final InputStream stdin;
    private final OutputStream stdout;
    private final OutputStream stderr;

    CountingStreams(Streams streams) {
        stdin = count(streams.stdin(), in);
        stdout = count(streams.stdout(), out);
        stderr = count(streams.stderr(), err);
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

    Bytes bytes() {
        return new Bytes(in.get(), out.get(), err.get());
    }

    private static InputStream count(InputStream in, AtomicLong count) {
        return in instanceof PassingInput passing
                ? new CountingPassing(in, passing, count)
                : new CountingInput(in, count);
    }

    private static OutputStream count(OutputStream out, AtomicLong count) {
        return out instanceof WritableByteChannel channel
                ? new CountingChannel(out, channel, count)
                : new CountingOutput(out, count);
    }

    private static class CountingInput extends FilterInputStream {
        private final AtomicLong count;

        CountingInput(InputStream in, AtomicLong count) {
            super(in);
            this.count = count;
        }

        @Override
        public int read() throws IOException {
            int b = in.read();
            count.addAndGet(b < 0 ? 0 : 1);
            return b;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            int n = in.read(bytes, offset, length);
            count.addAndGet(Math.max(n, 0));
            return n;
        }
    }

    private static final class CountingPassing extends CountingInput implements PassingInput {
        private final PassingInput passing;
        private final AtomicLong count;

        CountingPassing(InputStream in, PassingInput passing, AtomicLong count) {
            super(in, count);
            this.passing = passing;
            this.count = count;
        }

        @Override
        public void passTo(WritableByteChannel to) throws IOException {
            passing.passTo(new CountingChannel(OutputStream.nullOutputStream(), to, count));
        }
    }

    private static class CountingOutput extends FilterOutputStream {
        private final AtomicLong count;

        CountingOutput(OutputStream out, AtomicLong count) {
            super(out);
            this.count = count;
        }

        @Override
        public void write(int b) throws IOException {
            out.write(b);
            count.incrementAndGet();
        }

        /** {@link FilterOutputStream} would write byte by byte. */
        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            out.write(bytes, offset, length);
            count.addAndGet(length);
        }

        @Override
        public void close() throws IOException {
            out.close();
        }
    }

    private static final class CountingChannel extends CountingOutput implements WritableByteChannel {
        private final WritableByteChannel channel;
        private final AtomicLong count;

        CountingChannel(OutputStream out, WritableByteChannel channel, AtomicLong count) {
            super(out, count);
            this.channel = channel;
            this.count = count;
        }

        @Override
        public int write(ByteBuffer bytes) throws IOException {
            int written = channel.write(bytes);
            count.addAndGet(written);
            return written;
        }

        @Override
        public boolean isOpen() {
            return channel.isOpen();
        }
    }
}
