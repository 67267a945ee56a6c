package org.qair.exec;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;

/** A stream as a channel that fills buffers of the heap. */
record StreamSource(InputStream stream) implements ReadableByteChannel {
    /** The stream itself where it is a channel, too. */
    static ReadableByteChannel of(InputStream stream) {
        return stream instanceof ReadableByteChannel channel ? channel : new StreamSource(stream);
    }

    @Override
    public int read(ByteBuffer into) throws IOException {
        int read = stream.read(into.array(), into.arrayOffset() + into.position(), into.remaining());
        into.position(into.position() + Math.max(read, 0));
        return read;
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
