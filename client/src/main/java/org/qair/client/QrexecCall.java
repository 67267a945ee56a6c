package org.qair.client;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;
import org.qair.channel.CallerChannel;
import org.qair.channel.Cancellation;
import org.qair.channel.unix.Deadline;
import org.qair.protocol.Limits;

/**
 * A call that runs. {@link #stdin} and {@link #stdout} may be used by one thread each; the error output goes where the client
 * was told, while the output is read. Closing it before its end cancels the call, from any thread: the service is ended.
 */
public final class QrexecCall implements AutoCloseable {
    private final CallerChannel channel;
    private final Cancellation cancellation;
    private final @Nullable Deadline deadline;

    QrexecCall(CallerChannel channel, Cancellation cancellation, @Nullable Deadline deadline) {
        this.channel = channel;
        this.cancellation = cancellation;
        this.deadline = deadline;
    }

    /** The service's input. Each write is sent as it is; closing it says that no more comes. */
    public OutputStream stdin() {
        return channel.stdin();
    }

    /** The service's output. */
    public InputStream stdout() {
        return channel.stdout();
    }

    /**
     * Sends and receives at the same time until the call ends. {@code input} is read by a thread of its own, which stays behind in
     * a read that blocks; a failure to read it cancels the call. {@code output} is flushed, not closed.
     *
     * @return the exit code
     */
    public int transfer(InputStream input, OutputStream output) throws IOException {
        Thread.ofVirtual().name("send").start(() -> send(input));
        channel.stdout().transferTo(output);
        output.flush();
        return exitCode();
    }

    /**
     * Waits for the end; output that was not read is dropped.
     *
     * @return the service's exit code, or 125, 126 or 127 from the hosts on the way
     * @throws IOException when the call was lost, cancelled or took too long
     */
    public int exitCode() throws IOException {
        try {
            return channel.exitCode();
        } catch (IOException failure) {
            throw deadline != null && deadline.expired() ? new IOException("the call took too long", failure) : failure;
        }
    }

    @Override
    public void close() throws IOException {
        if (deadline != null) {
            deadline.close();
        }
        cancellation.close();
        channel.close();
    }

    private void send(InputStream input) {
        byte[] buffer = new byte[Limits.CHUNK];
        try (OutputStream stdin = channel.stdin()) {
            for (int read = input.read(buffer); read >= 0; read = input.read(buffer)) {
                stdin.write(buffer, 0, read);
            }
        } catch (IOException | RuntimeException ended) {
            // of the input: closing the stream is its end; of the channel: the receiving thread sees it
        }
    }
}
