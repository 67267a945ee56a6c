package org.qair.host;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import org.qair.call.Streams;

/** A caller's streams: stdin from bytes, or from elsewhere, and what comes back kept. */
final class CapturedStreams implements Streams {
    private final InputStream stdin;
    private final ByteArrayOutputStream stdout = new ByteArrayOutputStream();
    private final ByteArrayOutputStream stderr = new ByteArrayOutputStream();

    CapturedStreams(InputStream stdin) {
        this.stdin = stdin;
    }

    static CapturedStreams of(String stdin) {
        return new CapturedStreams(new ByteArrayInputStream(stdin.getBytes(StandardCharsets.ISO_8859_1)));
    }

    @Override
    public InputStream stdin() {
        return stdin;
    }

    @Override
    public OutputStream stdout() {
        return stdout;
    }

    @Override
    public OutputStream stderr() {
        return stderr;
    }

    String out() {
        return stdout.toString(StandardCharsets.ISO_8859_1);
    }

    String err() {
        return stderr.toString(StandardCharsets.UTF_8);
    }
}
