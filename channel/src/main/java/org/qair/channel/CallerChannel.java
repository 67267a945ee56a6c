package org.qair.channel;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.SocketChannel;
import org.qair.protocol.Header;
import org.qair.protocol.Limits;
import org.qair.protocol.Message;
import org.qair.protocol.MessageType;
import org.qair.protocol.ProtocolException;

/**
 * The caller's side of a data channel: sends {@code DATA_STDIN}, receives {@code DATA_STDOUT}, {@code DATA_STDERR} and
 * {@code DATA_EXIT_CODE}. No thread of its own: whoever reads {@link #stdout} or waits for {@link #exitCode} receives what
 * comes, and the error output goes where {@link #open} was told. {@link #stdin} may be used by another thread at the same time.
 */
public final class CallerChannel implements AutoCloseable {
    private final SocketChannel channel;
    private final Closeable held;
    private final FrameReader frames;
    private final StreamOutput stdin;
    private final OutputStream errors;
    private final Output stdout = new Output();
    private final byte[] scratch = new byte[8 * 1024];
    private boolean stdoutEnded;
    private boolean exited;
    private int exitCode;

    private CallerChannel(SocketChannel channel, int version, OutputStream errors, Closeable held) {
        this.channel = channel;
        this.held = held;
        this.frames = new FrameReader(channel, version);
        this.stdin = new StreamOutput(new FrameWriter(channel, version), MessageType.DATA_STDIN);
        this.errors = errors;
    }

    /**
     * Takes over a channel whose {@code HELLO}s agreed on {@code version}.
     *
     * @param errors where the service's error output goes, as it is received; it is not closed
     */
    public static CallerChannel open(SocketChannel channel, int version, OutputStream errors) {
        return open(channel, version, errors, () -> {});
    }

    /** The same, with something that is let go once the channel is closed. */
    static CallerChannel open(SocketChannel channel, int version, OutputStream errors, Closeable held) {
        return new CallerChannel(channel, version, errors, held);
    }

    /** What the service receives; a channel, too. Closing it is the half-close. */
    public OutputStream stdin() {
        return stdin;
    }

    /** What the service sends, to its end; a channel, too. For one thread, the one that asks for the exit code. */
    public InputStream stdout() {
        return stdout;
    }

    /** The same, as a channel. */
    public ReadableByteChannel output() {
        return stdout;
    }

    /**
     * Waits for the end of the call; output that was not read is dropped.
     *
     * @throws EOFException when the service's side closed without an exit code
     */
    public int exitCode() throws IOException {
        while (!exited) {
            stdoutEnded = true;
            advance();
        }
        return exitCode;
    }

    /** Ends the call at once if it has not ended. */
    @Override
    public void close() throws IOException {
        try (held) {
            channel.close();
        }
    }

    /** Leaves standard output to be read, or gets one frame of anything else out of the way. */
    private void advance() throws IOException {
        if (frames.left() == 0 && !frames.next()) {
            throw new EOFException("the service's side closed the channel without an exit code");
        }
        switch (frames.type()) {
            case DATA_STDOUT -> advanceStdout();
            case DATA_STDERR -> copyErrors();
            case DATA_EXIT_CODE -> exit();
            default -> throw new ProtocolException("a service sent %s".formatted(frames.type()));
        }
    }

    private void advanceStdout() throws IOException {
        if (frames.left() == 0) {
            stdoutEnded = true;
        } else if (stdoutEnded) {
            frames.skip(ByteBuffer.wrap(scratch));
        }
    }

    private void copyErrors() throws IOException {
        while (frames.left() > 0) {
            errors.write(scratch, 0, frames.read(ByteBuffer.wrap(scratch)));
        }
        errors.flush();
    }

    private void exit() throws IOException {
        byte[] body = new byte[frames.left()];
        ByteBuffer into = ByteBuffer.wrap(body);
        while (into.hasRemaining()) {
            frames.read(into);
        }
        Header header = new Header(MessageType.DATA_EXIT_CODE, body.length);
        exitCode = ((Message.ExitCode) Message.decode(header, body)).code();
        exited = true;
        stdoutEnded = true;
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
            if (!into.hasRemaining()) {
                return 0;
            }
            while (!stdoutEnded && !(frames.type() == MessageType.DATA_STDOUT && frames.left() > 0)) {
                advance();
            }
            return stdoutEnded ? -1 : frames.read(into);
        }

        @Override
        public boolean isOpen() {
            return channel.isOpen();
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
