package org.qair.host.limits;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.WritableByteChannel;
import org.qair.channel.PassingInput;

/** Input whose bytes a {@link Meter} is told of; one that it does not let pass, the service does not get. */
public class MeteredInput extends FilterInputStream {
    private final Meter meter;

    private MeteredInput(InputStream in, Meter meter) {
        super(in);
        this.meter = meter;
    }

    /** One that can be passed on where {@code in} can. */
    public static InputStream of(InputStream in, Meter meter) {
        return in instanceof PassingInput passing ? new Passing(in, passing, meter) : new MeteredInput(in, meter);
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

    private static final class Passing extends MeteredInput implements PassingInput {
        private final PassingInput passing;
        private final Meter meter;

        Passing(InputStream in, PassingInput passing, Meter meter) {
            super(in, meter);
            this.passing = passing;
            this.meter = meter;
        }

        @Override
        public void passTo(WritableByteChannel to) throws IOException {
            passing.passTo(new MeteredChannel(to, meter));
        }
    }
}
