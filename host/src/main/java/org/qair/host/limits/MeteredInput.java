package org.qair.host.limits;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** Input whose bytes a {@link ByteMeter} is told of; one that it does not let pass, the service does not get. */
public final class MeteredInput extends FilterInputStream {
    private final ByteMeter meter;

    public MeteredInput(InputStream in, ByteMeter meter) {
        super(in);
        this.meter = meter;
    }

    @Override
    public int read() throws IOException {
        int one = in.read();
        meter.pass(one < 0 ? 0 : 1);
        return one;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        int read = in.read(bytes, offset, length);
        meter.pass(Math.max(read, 0));
        return read;
    }
}
