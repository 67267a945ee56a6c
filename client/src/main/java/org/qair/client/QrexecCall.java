package org.qair.client;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import org.qair.channel.CallerChannel;
import org.qair.protocol.Limits;

/**
 * A call that runs. {@link #stdin} and {@link #stdout} may be used by one thread each; the error output goes where the client
 * was told, while the output is read. Closing it before its end cancels the call, from any thread: the service is ended.
 */
public final class QrexecCall implements AutoCloseable {
    private final CallerChannel channel;
    private final CallLimit limit;
    private final InputStream stdout = new Output();

    QrexecCall(CallerChannel channel, CallLimit limit) {
        this.channel = channel;
        this.limit = limit;
    }

    /** The service's input; a channel, too. Each write is sent as it is; closing it says that no more comes. */
    public OutputStream stdin() {
        return channel.stdin();
    }

    /** The service's output; a channel, too. Reading it throws what {@link #exitCode} throws when the call is lost. */
    public InputStream stdout() {
        return stdout;
    }

    /**
     * Sends and receives at the same time until the call ends. {@code input} is read by a thread of its own, which stays behind in
     * a read that blocks; a failure to read it cancels the call. {@code output} is flushed, not closed.
     *
     * @return the exit code
     */
    public int transfer(InputStream input, OutputStream output) throws IOException {
        Thread.ofVirtual().name("send").start(() -> send(input));
        stdout.transferTo(output);
        output.flush();
        return exitCode();
    }

    /**
     * Waits for the end; output that was not read is dropped.
     *
     * @return the service's exit code, or 125, 126 or 127 from the hosts on the way
     * @throws SocketTimeoutException when the call took longer than the client allows
     * @throws IOException when the call was lost or cancelled
     */
    public int exitCode() throws IOException {
        try {
            return channel.exitCode();
        } catch (IOException failure) {
            throw limit.explain(failure);
        }
    }

    @Override
    public void close() throws IOException {
        try (channel) {
            limit.close();
        }
    }

    private void send(InputStream input) {
        byte[] buffer = new byte[Limits.CHUNK];
        try (OutputStream stdin = channel.stdin()) {
            for (int read = next(input, buffer); read >= 0; read = next(input, buffer)) {
                stdin.write(buffer, 0, read);
            }
        } catch (IOException | RuntimeException ended) {
            // the receiving thread sees why
        }
    }

    /** Input that broke has not ended: the service must not take it for whole. */
    private int next(InputStream input, byte[] buffer) throws IOException {
        try {
            return input.read(buffer);
        } catch (IOException | RuntimeException broken) {
            limit.cancel(new IOException("the input of the call cannot be read: " + broken.getMessage(), broken));
            throw broken;
        }
    }

    private final class Output extends InputStream implements ReadableByteChannel {
        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            return read(ByteBuffer.wrap(into, offset, length));
        }

        @Override
        public int read(ByteBuffer into) throws IOException {
            try {
                return channel.output().read(into);
            } catch (IOException failure) {
                throw limit.explain(failure);
            }
        }

        @Override
        public boolean isOpen() {
            return channel.output().isOpen();
        }

        @Override
        public long transferTo(OutputStream to) throws IOException {
            byte[] buffer = new byte[Limits.CHUNK];
            long total = 0;
            for (int read = read(buffer, 0, buffer.length); read >= 0; read = read(buffer, 0, buffer.length)) {
                to.write(buffer, 0, read);
                total += read;
            }
            return total;
        }
    }
}
