package org.qair.relay.incoming;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.qair.call.CallContext;
import org.qair.call.CallException;
import org.qair.call.EndpointCommand;
import org.qair.call.ExitCodes;
import org.qair.call.Streams;
import org.qair.call.Switchboard;
import org.qair.call.UncheckedCall;
import org.qair.policy.QubeName;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One accepted exec request on its way through the switchboard, in its own virtual thread. */
final class EndpointCall implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(EndpointCall.class);

    private static final LogBrake BRAKE = new LogBrake(LOG);

    private final CallDoor door;
    private final EndpointChannel channel;
    private final QubeName relay;
    private final String line;
    private final CallContext context;
    private final AtomicBoolean started = new AtomicBoolean();
    private final Thread thread;

    EndpointCall(CallDoor door, EndpointChannel channel, QubeName relay, String line, CallContext context) {
        this.door = door;
        this.channel = channel;
        this.relay = relay;
        this.line = line;
        this.context = context;
        this.thread = Thread.ofVirtual().name("ssh-call-" + relay).unstarted(this);
    }

    void start() {
        if (started.compareAndSet(false, true)) {
            thread.start();
        }
    }

    /** The caller is gone. */
    void cancel() {
        if (thread != Thread.currentThread()) {
            thread.interrupt();
        }
    }

    @Override
    public void run() {
        Streams streams = channel.streams();
        try {
            channel.exit(outcome(streams));
        } catch (InterruptedException e) {
            LOG.debug("{}: relay `{}`: the caller is gone", channel.address(), relay);
        } catch (IOException e) {
            LOG.debug("{}: relay `{}`: the exit code was not sent: {}", channel.address(), relay, e.getMessage());
        } finally {
            // After the exit status this is no news; after a failure to send it, the end.
            channel.close(false);
        }
    }

    private int outcome(Streams streams) throws InterruptedException, IOException {
        if (!door.mayBegin(relay)) {
            return fail(streams, ExitCodes.FAILED, "it begins too many calls in a second");
        }
        EndpointCommand command;
        try {
            command = EndpointCommand.parse(line);
        } catch (IllegalArgumentException e) {
            return fail(streams, ExitCodes.REFUSED, e.getMessage());
        }
        try {
            return call(command, streams);
        } catch (CallException e) {
            return fail(streams, e.exitCode(), e.getMessage());
        } catch (RuntimeException e) {
            LOG.error("{}: relay `{}`: call failed", channel.address(), relay, e);
            return fail(streams, ExitCodes.FAILED, e.getMessage());
        }
    }

    private int call(EndpointCommand command, Streams streams) throws CallException, InterruptedException {
        Switchboard.AdmittedCall admitted = door.switchboard()
                .admit(new UncheckedCall(
                        relay, command.source(), command.target(), command.service(), door.name(), context));
        if (Thread.interrupted()) {
            admitted.abandon("the caller is gone");
            throw new InterruptedException("the caller is gone");
        }
        return admitted.run(streams);
    }

    /** The caller learns that it was refused or failed, and nothing else. */
    private int fail(Streams streams, int code, @Nullable String reason) throws IOException {
        BRAKE.warn(relay, "%s: relay `%s`: exit code %d: %s".formatted(channel.address(), relay, code, reason));
        String said = code == ExitCodes.REFUSED ? "Request refused\n" : "Request failed\n";
        streams.stderr().write(said.getBytes(StandardCharsets.US_ASCII));
        return code;
    }
}
