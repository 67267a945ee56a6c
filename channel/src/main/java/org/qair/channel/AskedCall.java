package org.qair.channel;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.qair.call.CallException;
import org.qair.call.Switchboard.AdmittedCall;

/** A request while it is judged, which may take as long as a person takes: a caller that hangs up before the answer withdraws it. */
final class AskedCall {
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
     * @return the call, unless the caller has gone meanwhile: it is abandoned then
     * @throws CallException when it may not run
     * @throws InterruptedException when it was withdrawn, or the host stops
     */
    static Optional<AdmittedCall> ask(SocketChannel connection, Question question)
            throws CallException, InterruptedException, IOException {
        AskedCall call = new AskedCall();
        try (HangupWatch.Watch _ = HangupWatch.watch(connection, call::withdraw)) {
            AdmittedCall admitted = question.admit();
            if (call.state.compareAndSet(State.ASKING, State.OVER)) {
                return Optional.of(admitted);
            }
            Thread.interrupted(); // it was for the question, which is over
            admitted.abandon("the caller hung up before the answer");
            return Optional.empty();
        } finally {
            call.state.compareAndSet(State.ASKING, State.OVER);
        }
    }

    private void withdraw() {
        if (state.compareAndSet(State.ASKING, State.WITHDRAWN)) {
            asking.interrupt();
        }
    }
}
