package org.qair.exec;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;

/** A stream as a channel that takes all of a buffer of the heap, and passes it on at once. */
record StreamSink(OutputStream stream) implements WritableByteChannel {
    /** The stream itself where it is a channel, too. */
    static WritableByteChannel of(OutputStream stream) {
        return stream instanceof WritableByteChannel channel ? channel : new StreamSink(stream);
    }

    @Override
    public int write(ByteBuffer from) throws IOException {
        int length = from.remaining();
        stream.write(from.array(), from.arrayOffset() + from.position(), length);
        stream.flush();
        from.position(from.limit());
        return length;
    }

    @Override
    public boolean isOpen() {
        return true;
    }

    @Override
    public void close() throws IOException {
        stream.close();
    }
}
