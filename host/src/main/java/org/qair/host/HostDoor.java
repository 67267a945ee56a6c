package org.qair.host;

import java.io.EOFException;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.qair.call.CallException;
import org.qair.call.ExitCodes;
import org.qair.channel.ControlChannel;
import org.qair.channel.ServiceChannel;
import org.qair.channel.unix.Deadline;
import org.qair.channel.unix.SocketFile;
import org.qair.channel.unix.UnixServer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The host's own socket, for its owner alone: {@code qair call} and {@code qair run}. A connection is one request; after it, the
 * connection is the data channel. Whoever may connect learns why a call failed, as an error output beginning with {@code qair:}.
 */
final class HostDoor implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(HostDoor.class);
    private static final Duration REQUEST_LIMIT = Duration.ofSeconds(10);

    private final Owner owner;
    private final StartedCalls started = new StartedCalls();
    private final UnixServer server;

    /** What carries a request out. */
    interface Owner {
        /** The call, which policy has allowed, or needs not to allow. */
        RunnableCall admit(HostRequest request) throws CallException, InterruptedException;
    }

    private HostDoor(SocketFile file, Owner owner) throws IOException {
        this.owner = owner;
        this.server = UnixServer.open(file, this::serve);
    }

    static HostDoor open(SocketFile file, Owner owner) throws IOException {
        return new HostDoor(file, owner);
    }

    private void serve(SocketChannel connection) throws IOException, InterruptedException {
        ControlChannel opening = ControlChannel.asAgent(connection);
        HostRequest request = receive(opening, connection);
        Caller caller = new Caller(Thread.currentThread());
        try (ServiceChannel streams = ServiceChannel.open(connection, opening.version(), caller::gone)) {
            int code = run(request, streams);
            caller.done();
            if (!streams.isCallerGone()) {
                streams.exit(code);
            }
        }
    }

    private static HostRequest receive(ControlChannel opening, SocketChannel connection) throws IOException {
        try (Deadline _ = new Deadline(REQUEST_LIMIT, connection)) {
            return HostRequest.decode(
                    opening.receive().orElseThrow(() -> new EOFException("the connection ended without a request")));
        }
    }

    private int run(HostRequest request, ServiceChannel streams) {
        try {
            RunnableCall call = owner.admit(request);
            if (request.asked() instanceof HostRequest.Call asked && !asked.withStreams()) {
                started.start(call);
                return 0;
            }
            int code = call.run(streams);
            call.failure().ifPresent(reason -> tell(streams, reason));
            return code;
        } catch (CallException failed) {
            tell(streams, String.valueOf(failed.getMessage()));
            return failed.exitCode();
        } catch (InterruptedException gone) {
            return ExitCodes.FAILED;
        } catch (RuntimeException fault) {
            LOG.error("a request of the host's owner: a fault of this program", fault);
            return ExitCodes.FAILED;
        }
    }

    private static void tell(ServiceChannel streams, String reason) {
        try {
            streams.stderr().write(("qair: " + reason + "\n").getBytes(StandardCharsets.UTF_8));
        } catch (IOException gone) {
            LOG.debug("nobody is there to be told: {}", reason, gone);
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        started.close();
    }

    /** Interrupts the thread that serves a caller who has gone, unless it has done. */
    private static final class Caller {
        private final Thread served;
        private boolean over;

        Caller(Thread served) {
            this.served = served;
        }

        synchronized void gone() {
            if (!over) {
                served.interrupt();
            }
        }

        synchronized void done() {
            over = true;
            boolean ignored = Thread.interrupted(); // it was for the call, which is over
        }
    }
}
