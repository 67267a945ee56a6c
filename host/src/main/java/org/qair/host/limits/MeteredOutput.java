package org.qair.host.limits;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/** Output whose bytes a {@link ByteMeter} is told of; one that it does not let pass, the caller does not get. */
public final class MeteredOutput extends FilterOutputStream {
    private final ByteMeter meter;

    public MeteredOutput(OutputStream out, ByteMeter meter) {
        super(out);
        this.meter = meter;
    }

    @Override
    public void write(int one) throws IOException {
        meter.pass(1);
        out.write(one);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        meter.pass(length);
        out.write(bytes, offset, length);
    }

    @Override
    public void close() throws IOException {
        out.close();
    }
}
