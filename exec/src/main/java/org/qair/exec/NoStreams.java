package org.qair.exec;

import java.io.InputStream;
import java.io.OutputStream;
import org.qair.call.Streams;

/** The streams of a call that nobody made: nothing comes, and nobody sees what goes. */
final class NoStreams implements Streams {
    @Override
    public InputStream stdin() {
        return InputStream.nullInputStream();
    }

    @Override
    public OutputStream stdout() {
        return OutputStream.nullOutputStream();
    }

    @Override
    public OutputStream stderr() {
        return OutputStream.nullOutputStream();
    }
}
