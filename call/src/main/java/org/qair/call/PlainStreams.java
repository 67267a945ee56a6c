package org.qair.call;

import java.io.InputStream;
import java.io.OutputStream;

/** A caller's streams that are three streams, and nothing else. As safe for threads as those are. */
public record PlainStreams(InputStream stdin, OutputStream stdout, OutputStream stderr) implements Streams {
    /** Of a caller that sends nothing and looks at nothing. */
    public static Streams none() {
        return new PlainStreams(
                InputStream.nullInputStream(), OutputStream.nullOutputStream(), OutputStream.nullOutputStream());
    }
}
