package org.qair.channel;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.qair.call.Streams;
import org.qair.protocol.MessageType;
import org.qair.protocol.ProtocolException;

/**
 * The service's side of a data channel: receives {@code DATA_STDIN}, sends {@code DATA_STDOUT}, {@code DATA_STDERR} and
 * {@code DATA_EXIT_CODE}. Received bytes wait in at most 128 KiB; what the peer sends beyond that waits with it. That the
 * peer is gone is told once, even while nobody reads ({@link HangupWatch}).
 */
public final class ServiceChannel implements Streams, AutoCloseable {
    /** How long {@link #exit} waits for the caller to take the code and close. */
    private static final Duration LINGER = Duration.ofSeconds(10);

    /** A caller that has sent nothing for so long is taken for one that reads to the end. */
    private static final Duration QUIET = Duration.ofMillis(200);

    private enum State {
        OPEN,
        EXITED,
        GONE
    }

    private final SocketChannel channel;
    private final FrameWriter writer;
    private final Runnable callerGone;
    private final ServiceInput stdin;
    private final StreamOutput stdout;
    private final StreamOutput stderr;
    private final AtomicReference<State> state = new AtomicReference<>(State.OPEN);
    private final HangupWatch.Watch watch;

    private ServiceChannel(SocketChannel channel, int version, Runnable callerGone) throws IOException {
        this.channel = channel;
        this.stdin = new ServiceInput(channel, version, this::lost);
        this.writer = new FrameWriter(channel, version);
        this.callerGone = callerGone;
        this.stdout = new StreamOutput(writer, MessageType.DATA_STDOUT);
        this.stderr = new StreamOutput(writer, MessageType.DATA_STDERR);
        this.watch = HangupWatch.watch(channel, () -> gone(new CallerGoneException()));
    }

    /**
     * Takes over a channel whose {@code HELLO}s agreed on {@code version}.
     *
     * @param callerGone runs at most once, on another thread, when the peer is gone before {@link #exit}; must not block
     */
    public static ServiceChannel open(SocketChannel channel, int version, Runnable callerGone) throws IOException {
        return new ServiceChannel(channel, version, callerGone);
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

    @Override
    public boolean endWithCall() {
        return true;
    }

    /** Whether the peer was gone before {@link #exit}. */
    public boolean isCallerGone() {
        return state.get() == State.GONE;
    }

    /**
     * Ends the call: the ends of both outputs, then the exit code. Waits (10 s at most) until the caller has closed its side, so
     * that one which still sends does not lose the code to a reset, and closes the channel.
     *
     * @throws IOException when the caller is gone
     */
    public void exit(int code) throws IOException, InterruptedException {
        exit(code, () -> {});
    }

    /** The same; {@code sent} runs as soon as all is sent, before the wait. */
    public void exit(int code, Runnable sent) throws IOException, InterruptedException {
        try (this) {
            stdin.close();
            if (!state.compareAndSet(State.OPEN, State.EXITED)) {
                throw new CallerGoneException();
            }
            watch.close(); // what comes now is the end of a call that has ended: whoever receives sees it
            writer.exit(
                    Stream.of(stdout, stderr)
                            .filter(StreamOutput::finish)
                            .map(StreamOutput::type)
                            .toList(),
                    code);
            sent.run();
            endOutput();
            stdin.awaitLoss(LINGER);
        }
    }

    /**
     * Ends the channel in this direction, for a caller that reads to the end. Not while it sends: the field's vchan takes this end for that of
     * both directions, and its caller, stopped in the middle of a message, would not come to read the exit code.
     */
    private void endOutput() throws IOException, InterruptedException {
        long before = -1;
        while (!stdin.hasEnded() && before != stdin.received()) {
            before = stdin.received();
            if (stdin.isLostWithin(QUIET)) {
                return;
            }
        }
        channel.shutdownOutput();
    }

    /** Closes the channel at once; without an exit code before, the caller sees the call as lost. */
    @Override
    public void close() throws IOException {
        state.compareAndSet(State.OPEN, State.EXITED);
        stdin.close();
        watch.close();
        channel.close();
    }

    private void lost(IOException reason) {
        gone(reason);
        if (reason instanceof ProtocolException) {
            closeBroken();
        }
    }

    private void gone(IOException cause) {
        stdin.fail(cause);
        if (state.compareAndSet(State.OPEN, State.GONE)) {
            callerGone.run();
        }
    }

    private void closeBroken() {
        try {
            channel.close();
        } catch (IOException already) {
            // nothing can be sent or received any more, which is what matters
        }
    }
}
