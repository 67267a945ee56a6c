package org.qair.proof;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/**
 * What the transport reads on the caller's host: the caller's input, sealed. It has nothing to give before the far host's answer
 * has made the keys.
 */
final class SealingInput extends InputStream {
    private final InputStream plain;
    private final CompletableFuture<FrameCipher> cipher;
    private final byte[] chunk = new byte[Frame.MAX_DATA];
    private byte[] sealed = new byte[0];
    private int at;
    private boolean ended;

    SealingInput(InputStream plain, CompletableFuture<FrameCipher> cipher) {
        this.plain = plain;
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
        if (at == sealed.length) {
            if (ended) {
                return -1;
            }
            next();
        }
        int count = Math.min(length, sealed.length - at);
        System.arraycopy(sealed, at, into, offset, count);
        at += count;
        return count;
    }

    private void next() throws IOException {
        FrameCipher keyed = await();
        int read = plain.read(chunk);
        ended = read < 0;
        sealed = Frame.seal(keyed, FrameType.STDIN, chunk, 0, Math.max(read, 0));
        at = 0;
    }

    private FrameCipher await() throws IOException {
        try {
            return cipher.get();
        } catch (InterruptedException interrupt) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for the far host's answer");
        } catch (ExecutionException never) {
            throw new IOException("there are no keys to seal the input with", never.getCause());
        }
    }

    @Override
    public void close() throws IOException {
        cipher.completeExceptionally(new IOException("the stream is closed"));
        plain.close();
    }
}
