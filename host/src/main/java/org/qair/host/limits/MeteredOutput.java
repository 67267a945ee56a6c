package org.qair.host.limits;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;

/** Output whose bytes a {@link Meter} is told of; one that it does not let pass, the caller does not get. */
public class MeteredOutput extends FilterOutputStream {
    private final Meter meter;

    private MeteredOutput(OutputStream out, Meter meter) {
        super(out);
        this.meter = meter;
    }

    /** One that is a channel, too, where {@code out} is. */
    public static OutputStream of(OutputStream out, Meter meter) {
        return out instanceof WritableByteChannel channel
                ? new Channel(out, new MeteredChannel(channel, meter), meter)
                : new MeteredOutput(out, meter);
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

    private static final class Channel extends MeteredOutput implements WritableByteChannel {
        private final MeteredChannel channel;

        Channel(OutputStream out, MeteredChannel channel, Meter meter) {
            super(out, meter);
            this.channel = channel;
        }

        @Override
        public int write(ByteBuffer bytes) throws IOException {
            return channel.write(bytes);
        }

        @Override
        public boolean isOpen() {
            return channel.isOpen();
        }
    }
}
