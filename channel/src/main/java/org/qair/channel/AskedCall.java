package org.qair.channel;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.qair.call.CallException;
import org.qair.call.FailedCall;
import org.qair.call.Switchboard.AdmittedCall;
import org.qair.channel.unix.Bytes;
import org.qair.protocol.VchanAddress;

/** A request while it is judged, which may take as long as a person takes: a caller that hangs up before the answer withdraws it. */
final class AskedCall {
    private static final String HUNG_UP = "the caller hung up before the answer";

    private enum State {
        ASKING,
        WITHDRAWN,
        OVER
    }

    private final AtomicReference<State> state = new AtomicReference<>(State.ASKING);
    private final Thread asking = Thread.currentThread();

    private AskedCall() {}

    /** Judges it. */
    @FunctionalInterface
    interface Question {
        AdmittedCall admit() throws CallException, InterruptedException;
    }

    /**
     * Asks, in this thread.
     *
     * @param connection where the caller waits for the answer
     * @return what the caller is answered by: the call, or what stands for one that failed. Empty when it may not run, and when the caller
     *     has gone meanwhile: the call is abandoned then
     * @throws InterruptedException when it was withdrawn, or the host stops
     */
    static Optional<AdmittedCall> ask(SocketChannel connection, Question question)
            throws InterruptedException, IOException {
        AskedCall call = new AskedCall();
        try (HangupWatch.Watch _ = HangupWatch.watch(connection, call::withdraw)) {
            Optional<AdmittedCall> outcome = outcome(question);
            if (call.state.compareAndSet(State.ASKING, State.OVER)) {
                return outcome;
            }
            Thread.interrupted(); // it was for the question, which is over
            outcome.ifPresent(admitted -> admitted.abandon(HUNG_UP));
            return Optional.empty();
        } finally {
            call.state.compareAndSet(State.ASKING, State.OVER);
        }
    }

    /** Whoever judged it has logged why it is refused or failed. */
    private static Optional<AdmittedCall> outcome(Question question) throws InterruptedException {
        try {
            return Optional.of(question.admit());
        } catch (CallException.Refused refused) {
            return Optional.empty();
        } catch (CallException failed) {
            return Optional.of(new FailedCall(failed.exitCode()));
        }
    }

    /** Tells the caller where the data of its call go, which is abandoned when the caller has gone. */
    static void answer(SocketChannel connection, AdmittedCall admitted, VchanAddress address) throws IOException {
        answer(connection, admitted, ByteBuffer.wrap(address.encode()));
    }

    /** Tells the caller that the data of its call go on this connection, and says {@code HELLO} there, at once: it is woken once for both. */
    static void answerAndGreet(SocketChannel connection, AdmittedCall admitted) throws IOException {
        ByteBuffer greeting = Handshake.ours();
        ByteBuffer both = ByteBuffer.allocate(VchanAddress.SIZE + greeting.remaining());
        answer(
                connection,
                admitted,
                both.put(VchanAddress.IN_BAND.encode()).put(greeting).flip());
    }

    private static void answer(SocketChannel connection, AdmittedCall admitted, ByteBuffer answer) throws IOException {
        try {
            Bytes.writeFully(connection, answer);
        } catch (IOException failure) {
            admitted.abandon(HUNG_UP);
            throw failure;
        }
    }

    private void withdraw() {
        if (state.compareAndSet(State.ASKING, State.WITHDRAWN)) {
            asking.interrupt();
        }
    }
}
