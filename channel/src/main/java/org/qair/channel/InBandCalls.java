package org.qair.channel;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import org.qair.call.CallException;
import org.qair.call.Switchboard.AdmittedCall;
import org.qair.channel.unix.UnixServer;
import org.qair.protocol.TriggerService;

/**
 * Serves callers that share no place for vchans with us: a connection begins as on a trigger socket, and its call's data go on
 * it, as on a data channel. A caller that cannot do so, such as the field's, sees its connection close like one that is refused.
 */
public final class InBandCalls implements UnixServer.Handler {
    private static final Duration REQUEST_LIMIT = Duration.ofSeconds(10);

    private final Door door;
    private final Consumer<String> log;

    /** Judges a request. */
    public interface Door {
        /**
         * Admits the call or refuses it.
         *
         * @param peer who is at the other end of the connection
         * @throws CallException.Refused when it may not run
         * @throws CallException when it failed; whoever judged it has logged why, in either case
         */
        AdmittedCall admit(PeerIdentity peer, TriggerService request) throws CallException, InterruptedException;
    }

    /** @param log takes lines for the log */
    public InBandCalls(Door door, Consumer<String> log) {
        this.door = door;
        this.log = log;
    }

    @Override
    public void serve(SocketChannel connection) throws IOException, InterruptedException {
        PeerIdentity peer = PeerIdentity.of(connection);
        TriggerService request = TriggerRequest.read(connection, REQUEST_LIMIT);
        if (!request.isInBand()) {
            log.accept(
                    "user `%s` called with a client that makes a vchan, which cannot be reached from here: use Qair's"
                            .formatted(peer.user().getName()));
            return;
        }
        Optional<AdmittedCall> admitted = AskedCall.ask(connection, () -> door.admit(peer, request));
        if (admitted.isPresent()) {
            run(admitted.get(), connection, log);
        }
    }

    /** Answers that the data go on the connection of the request, and runs the call there, to its end. */
    static void run(AdmittedCall admitted, SocketChannel connection, Consumer<String> log)
            throws IOException, InterruptedException {
        AskedCall.answerAndGreet(connection, admitted);
        ServedCall.runGreeted(admitted, connection, log);
    }
}
