package org.qair.host.relayqube;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import org.qair.call.CallException;
import org.qair.call.PlainStreams;
import org.qair.call.Switchboard.AdmittedCall;
import org.qair.channel.HangupWatch;
import org.qair.channel.PeerIdentity;
import org.qair.channel.unix.Deadline;
import org.qair.channel.unix.UnixServer;

/**
 * The transport as a socket service: an agent connects, says who calls what, and then the connection is the caller's input and output.
 * There is no error output, and no exit code: a call that fails sees its connection close.
 */
final class DescribedCalls implements UnixServer.Handler {
    private static final Duration DESCRIPTOR_LIMIT = Duration.ofSeconds(10);

    private final OutgoingCalls calls;
    private final Predicate<PeerIdentity> trusted;

    DescribedCalls(OutgoingCalls calls, Predicate<PeerIdentity> trusted) {
        this.calls = calls;
        this.trusted = trusted;
    }

    @Override
    public void serve(SocketChannel connection) throws IOException, InterruptedException {
        if (!trusted.test(PeerIdentity.of(connection))) {
            return;
        }
        ServiceDescriptor descriptor;
        try (Deadline _ = new Deadline(DESCRIPTOR_LIMIT, connection)) {
            descriptor = ServiceDescriptor.read(connection);
        }
        try {
            run(calls.take(descriptor.source(), descriptor.service()), connection);
        } catch (CallException refused) {
            // the log has it; the caller sees its connection close
        }
    }

    private static void run(AdmittedCall call, SocketChannel connection) throws IOException, InterruptedException {
        Thread runner = Thread.currentThread();
        AtomicBoolean over = new AtomicBoolean();
        try (HangupWatch.Watch _ = HangupWatch.watch(connection, () -> cutOff(over, runner))) {
            int ignored = call.run(
                    new PlainStreams(new Input(connection), new Output(connection), OutputStream.nullOutputStream()));
        } finally {
            if (!over.compareAndSet(false, true)) {
                Thread.interrupted(); // it was for the call, which is over
            }
        }
    }

    private static void cutOff(AtomicBoolean over, Thread runner) {
        if (over.compareAndSet(false, true)) {
            runner.interrupt();
        }
    }

    /** Its close ends this direction alone, and a read that waits. */
    private static final class Input extends InputStream {
        private final SocketChannel connection;
        private final InputStream bytes;

        Input(SocketChannel connection) {
            this.connection = connection;
            this.bytes = Channels.newInputStream(connection);
        }

        @Override
        public int read() throws IOException {
            return bytes.read();
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            return bytes.read(into, offset, length);
        }

        @Override
        public void close() throws IOException {
            if (connection.isOpen()) {
                connection.shutdownInput();
            }
        }
    }

    /** Its close ends this direction alone. */
    private static final class Output extends FilterOutputStream {
        private final SocketChannel connection;

        Output(SocketChannel connection) {
            super(Channels.newOutputStream(connection));
            this.connection = connection;
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            out.write(bytes, offset, length);
        }

        @Override
        public void close() throws IOException {
            if (connection.isOpen()) {
                connection.shutdownOutput();
            }
        }
    }
}
