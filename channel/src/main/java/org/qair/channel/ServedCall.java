package org.qair.channel;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.qair.call.ExitCodes;
import org.qair.call.Switchboard.AdmittedCall;
import org.qair.channel.unix.Bytes;

/** An admitted call over the caller's open data channel, in the thread that runs it. */
public final class ServedCall {
    private enum State {
        BEFORE,
        RUNNING,
        OVER
    }

    private final AdmittedCall admitted;
    private final Consumer<String> log;
    private final AtomicReference<State> state = new AtomicReference<>(State.BEFORE);
    private final Thread runner = Thread.currentThread();

    private ServedCall(AdmittedCall admitted, Consumer<String> log) {
        this.admitted = admitted;
        this.log = log;
    }

    /**
     * Exchanges {@code HELLO}s and runs the call to its exit code; a caller that goes away meanwhile ends it. The channel is closed
     * when this returns or throws.
     *
     * @throws IOException when the caller was gone before the call could start, or before it took the exit code
     */
    public static void run(AdmittedCall admitted, SocketChannel channel, Consumer<String> log)
            throws IOException, InterruptedException {
        run(admitted, channel, Handshake.ours(), log);
    }

    /** The same on a channel where our {@code HELLO} was sent already. */
    static void runGreeted(AdmittedCall admitted, SocketChannel channel, Consumer<String> log)
            throws IOException, InterruptedException {
        run(admitted, channel, ByteBuffer.allocate(0), log);
    }

    private static void run(AdmittedCall admitted, SocketChannel channel, ByteBuffer greeting, Consumer<String> log)
            throws IOException, InterruptedException {
        try (channel) {
            new ServedCall(admitted, log).serve(channel, version(admitted, channel, greeting));
        }
    }

    /** While the caller answers, the decision is kept. */
    private static int version(AdmittedCall admitted, SocketChannel channel, ByteBuffer greeting) throws IOException {
        try {
            Bytes.writeFully(channel, greeting);
            admitted.keep();
            return Handshake.awaitTheirs(channel);
        } catch (IOException failure) {
            admitted.abandon(String.valueOf(failure.getMessage()));
            throw failure;
        }
    }

    private void serve(SocketChannel channel, int version) throws IOException, InterruptedException {
        state.set(State.RUNNING);
        try (ServiceChannel streams = ServiceChannel.open(channel, version, this::callerGone)) {
            int code = runToEnd(streams);
            if (!streams.isCallerGone()) {
                streams.exit(code);
            }
        }
    }

    private int runToEnd(ServiceChannel streams) {
        try {
            return admitted.run(streams);
        } catch (InterruptedException cutOff) {
            return ExitCodes.FAILED;
        } catch (RuntimeException bug) {
            log.accept("call %s broke: %s".formatted(admitted.id(), bug));
            return ExitCodes.FAILED;
        } finally {
            state.set(State.OVER);
            Thread.interrupted(); // it was for the run, which is over
        }
    }

    private void callerGone() {
        if (state.get() == State.RUNNING) {
            runner.interrupt();
        }
    }
}
