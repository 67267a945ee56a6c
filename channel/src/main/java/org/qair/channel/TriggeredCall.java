package org.qair.channel;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.qair.call.Switchboard;
import org.qair.call.Switchboard.AdmittedCall;
import org.qair.call.UncheckedCall;
import org.qair.protocol.TriggerService;
import org.qair.protocol.VchanAddress;

/** One call from a trigger socket, from its request to its exit code, in the thread that runs it. */
final class TriggeredCall {
    private final LocalCaller caller;
    private final BooleanSupplier isStillCaller;
    private final PeerIdentity peer;
    private final Switchboard switchboard;
    private final DataPorts ports;
    private final Consumer<String> log;

    /** @param isStillCaller whether the peer is that caller at the moment of asking: a qube may be renamed at any time */
    TriggeredCall(
            LocalCaller caller,
            BooleanSupplier isStillCaller,
            PeerIdentity peer,
            Switchboard switchboard,
            DataPorts ports,
            Consumer<String> log) {
        this.caller = caller;
        this.isStillCaller = isStillCaller;
        this.peer = peer;
        this.switchboard = switchboard;
        this.ports = ports;
        this.log = log;
    }

    /**
     * Runs it to its end. Its data go on the connection when the caller offers that; else, on a channel of its own, and this waits until the
     * caller has closed the connection: before that it has not let go of the port. A caller that closes it earlier is taken to have
     * let go when the call is over.
     */
    void run(SocketChannel connection, TriggerService request) throws IOException, InterruptedException {
        Optional<AdmittedCall> admitted = ask(connection, request);
        if (admitted.isEmpty()) {
            return;
        }
        if (request.isInBand()) {
            unlessLost(admitted.get(), () -> InBandCalls.run(admitted.get(), connection, log));
            return;
        }
        int port = ports.take(caller.domain());
        unlessLost(admitted.get(), () -> {
            AskedCall.answer(connection, admitted.get(), new VchanAddress(0, port));
            admitted.get().keep(); // while the caller makes its socket
            connect(admitted.get(), port);
        });
        awaitEnd(connection);
        ports.release(caller.domain(), port);
    }

    private interface Way {
        void run() throws IOException, InterruptedException;
    }

    private void unlessLost(AdmittedCall admitted, Way way) throws InterruptedException {
        try {
            way.run();
        } catch (ClosedByInterruptException stopped) {
            log.accept("call %s from qube `%s` was lost: the host stopped".formatted(admitted.id(), caller.qube()));
        } catch (IOException failure) {
            log.accept("call %s from qube `%s` was lost: %s"
                    .formatted(admitted.id(), caller.qube(), failure.getMessage()));
        }
    }

    private Optional<AdmittedCall> ask(SocketChannel connection, TriggerService request)
            throws IOException, InterruptedException {
        Optional<AdmittedCall> admitted = AskedCall.ask(
                connection,
                () -> switchboard.admit(new UncheckedCall(
                        caller.qube(),
                        Optional.of(request.uncheckedSource()).filter(source -> !source.isEmpty()),
                        request.uncheckedTarget(),
                        request.uncheckedService(),
                        "trigger")));
        if (admitted.isPresent() && !isStillCaller.getAsBoolean()) {
            admitted.get().abandon("the caller was another qube by the time that its call was judged");
            return Optional.empty();
        }
        return admitted;
    }

    /** A caller sends nothing after its request. */
    private static void awaitEnd(SocketChannel connection) {
        ByteBuffer nothing = ByteBuffer.allocate(1);
        try {
            while (connection.read(nothing.clear()) >= 0) {
                // until it ends
            }
        } catch (IOException broken) {
            // its end as well, or the host's
        }
    }

    private void connect(AdmittedCall admitted, int port) throws IOException, InterruptedException {
        Path path = SocketVchan.path(caller.vchanDirectory(), caller.domain(), 0, port);
        SocketChannel channel;
        try {
            channel = SocketVchan.connect(path, SocketVchan.CONNECT_LIMIT);
        } catch (IOException failure) {
            admitted.abandon(String.valueOf(failure.getMessage()));
            throw failure;
        } catch (InterruptedException stopped) {
            admitted.abandon("the host stopped");
            throw stopped;
        }
        try (channel) {
            try {
                checkPeer(channel, path);
            } catch (IOException failure) {
                admitted.abandon(String.valueOf(failure.getMessage()));
                throw failure;
            }
            ServedCall.run(admitted, channel, log);
        }
    }

    /** Whoever may write in the directory could listen there in the caller's place. */
    private void checkPeer(SocketChannel channel, Path path) throws IOException {
        PeerIdentity listener = PeerIdentity.of(channel);
        if (!listener.user().equals(peer.user())) {
            throw new IOException("user `%s` listens at `%s`, the call came from user `%s`"
                    .formatted(listener.user().getName(), path, peer.user().getName()));
        }
    }
}
