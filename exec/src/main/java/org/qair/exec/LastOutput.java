package org.qair.exec;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.function.BooleanSupplier;

/**
 * An output that is left open at its end where the call ends with it.
 *
 * @param endsCall asked at its end
 */
record LastOutput(WritableByteChannel output, BooleanSupplier endsCall) implements WritableByteChannel {
    @Override
    public int write(ByteBuffer bytes) throws IOException {
        return output.write(bytes);
    }

    @Override
    public boolean isOpen() {
        return output.isOpen();
    }

    @Override
    public void close() throws IOException {
        if (!endsCall.getAsBoolean()) {
            output.close();
        }
    }
}
