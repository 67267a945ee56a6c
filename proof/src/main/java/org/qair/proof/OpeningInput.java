package org.qair.proof;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/** What the service reads on the far host: the caller's input, opened. An end that the caller did not send is a failure. */
final class OpeningInput extends InputStream {
    private final InputStream sealed;
    private final FrameCipher cipher;
    private byte[] data = new byte[0];
    private int at;
    private boolean ended;

    OpeningInput(InputStream sealed, FrameCipher cipher) {
        this.sealed = sealed;
        this.cipher = cipher;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (at == data.length && !ended) {
            next();
        }
        if (ended) {
            return -1;
        }
        int count = Math.min(length, data.length - at);
        System.arraycopy(data, at, into, offset, count);
        at += count;
        return count;
    }

    private void next() throws IOException {
        try {
            byte[] body = exactly(Frame.length(exactly(Frame.HEADER)));
            Frame frame = Frame.open(cipher, body);
            if (frame.type() != FrameType.STDIN) {
                throw new MalformedProofException("a frame of %s from a caller".formatted(frame.type()));
            }
            data = frame.data();
            at = 0;
            ended = data.length == 0;
        } catch (MalformedProofException broken) {
            throw new IOException(broken.getMessage(), broken);
        }
    }

    private byte[] exactly(int length) throws IOException {
        byte[] bytes = sealed.readNBytes(length);
        if (bytes.length < length) {
            throw new EOFException("a protected stream was cut off before its end");
        }
        return bytes;
    }

    @Override
    public void close() throws IOException {
        sealed.close();
    }
}
