package org.qair.host.limits;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;

/** A channel whose bytes a {@link Meter} is told of before they are written, all of them at once. */
record MeteredChannel(WritableByteChannel to, Meter meter) implements WritableByteChannel {
    @Override
    public int write(ByteBuffer bytes) throws IOException {
        int length = bytes.remaining();
        meter.pass(length);
        while (bytes.hasRemaining()) {
            to.write(bytes);
        }
        return length;
    }

    @Override
    public boolean isOpen() {
        return to.isOpen();
    }

    @Override
    public void close() throws IOException {
        to.close();
    }
}
