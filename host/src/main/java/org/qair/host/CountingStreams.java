package org.qair.host;

import java.io.InputStream;
import java.io.OutputStream;
import java.util.concurrent.atomic.AtomicLong;
import org.qair.call.Streams;
import org.qair.host.audit.AuditRecord.Bytes;
import org.qair.host.limits.MeteredInput;
import org.qair.host.limits.MeteredOutput;

/** A caller's streams with a count of the bytes that passed each. */
final class CountingStreams implements Streams {
    private final AtomicLong in = new AtomicLong();
    private final AtomicLong out = new AtomicLong();
    private final AtomicLong err = new AtomicLong();
    private final InputStream stdin;
    private final OutputStream stdout;
    private final OutputStream stderr;
    private final boolean endWithCall;

    CountingStreams(Streams streams) {
        stdin = MeteredInput.of(streams.stdin(), in::addAndGet);
        stdout = MeteredOutput.of(streams.stdout(), out::addAndGet);
        stderr = MeteredOutput.of(streams.stderr(), err::addAndGet);
        endWithCall = streams.endWithCall();
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

    @Override
    public boolean endWithCall() {
        return endWithCall;
    }

    Bytes bytes() {
        return new Bytes(in.get(), out.get(), err.get());
    }
}
