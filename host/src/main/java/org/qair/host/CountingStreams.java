package org.qair.host;

import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.concurrent.atomic.AtomicLong;
import org.qair.call.Streams;
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
        stdin = new CountingInput(streams.stdin(), in);
        stdout = new CountingOutput(streams.stdout(), out);
        stderr = new CountingOutput(streams.stderr(), err);
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

    private static final class CountingInput extends FilterInputStream {
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

    private static final class CountingOutput extends FilterOutputStream {
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
}
