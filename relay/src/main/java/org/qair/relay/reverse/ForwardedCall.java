package org.qair.relay.reverse;

import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.sshd.common.SshConstants;
import org.qair.call.CallContext;
import org.qair.call.CallException;
import org.qair.call.ExitCodes;
import org.qair.call.FailedCall;
import org.qair.call.PlainStreams;
import org.qair.call.Switchboard.AdmittedCall;
import org.qair.call.UncheckedCall;
import org.qair.protocol.MessageType;
import org.qair.protocol.ProtocolException;
import org.qair.protocol.TriggerService;
import org.qair.relay.incoming.LogBrake;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One call through a far machine's socket, from its request to its exit code, in its own virtual thread. A caller that is refused, or
 * sends what is no request, sees its connection close; one whose call fails gets an exit code. The log has the reason of either.
 */
final class ForwardedCall implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(ForwardedCall.class);
    private static final LogBrake BRAKE = new LogBrake(LOG);
    private static final Duration REQUEST_LIMIT = Duration.ofSeconds(10);
    /** How long a caller may take to read the end of its call. */
    private static final Duration LINGER = Duration.ofSeconds(10);

    private final ReverseDoor door;
    private final ForwardedChannel channel;
    private final AtomicBoolean over = new AtomicBoolean();
    private final Thread thread;

    ForwardedCall(ReverseDoor door, ForwardedChannel channel) {
        this.door = door;
        this.channel = channel;
        this.thread =
                Thread.ofVirtual().name("ssh-call-back-" + door.peer().name()).unstarted(this);
    }

    void start() {
        thread.start();
    }

    /** The caller is gone. */
    void cancel() {
        if (!over.get() && thread != Thread.currentThread()) {
            thread.interrupt();
        }
    }

    @Override
    public void run() {
        try {
            serve();
        } catch (InterruptedException gone) {
            LOG.debug("{}: a caller is gone", door.peer());
        } catch (IOException lost) {
            if (!channel.isClosing()) {
                warn("a call back was lost: " + lost.getMessage());
            }
        } catch (RuntimeException bug) {
            LOG.error("{}: a call back failed", door.peer(), bug);
        } finally {
            channel.close(false);
        }
    }

    private void serve() throws IOException, InterruptedException {
        channel.input().waitAtMost(REQUEST_LIMIT);
        InBandInput input = new InBandInput(channel.input(), this::broken);
        Optional<TriggerService> request = input.request();
        if (request.isEmpty()) {
            return;
        }
        InBandOutput output = new InBandOutput(channel.channelOutput(SshConstants.SSH_MSG_CHANNEL_DATA));
        Optional<AdmittedCall> admitted = outcome(request.get());
        if (admitted.isPresent()) {
            run(admitted.get(), input, output, greet(admitted.get(), input, output));
        }
    }

    /** What the caller is answered by; empty when it is refused, which is no answer at all. */
    private Optional<AdmittedCall> outcome(TriggerService request) throws InterruptedException {
        try {
            return Optional.of(admit(request));
        } catch (CallException ended) {
            warn("a call back ends with exit code %d: %s".formatted(ended.exitCode(), ended.getMessage()));
            return ended instanceof CallException.Refused
                    ? Optional.empty()
                    : Optional.of(new FailedCall(ended.exitCode()));
        }
    }

    private AdmittedCall admit(TriggerService request) throws CallException, InterruptedException {
        String source = door.sourceOf(request.uncheckedSource());
        AdmittedCall admitted = door.switchboard()
                .admit(new UncheckedCall(
                        door.back().relay(),
                        Optional.of(source),
                        request.uncheckedTarget(),
                        request.uncheckedService(),
                        door.name(),
                        CallContext.NONE.next()));
        if (Thread.interrupted()) {
            admitted.abandon("the caller is gone");
            throw new InterruptedException("the caller is gone");
        }
        return admitted;
    }

    /** The answer and the {@code HELLO}s. */
    private int greet(AdmittedCall admitted, InBandInput input, InBandOutput output) throws IOException {
        try {
            channel.input().waitAtMost(REQUEST_LIMIT);
            output.answer();
            int version = input.hello();
            channel.input().waitForEver();
            return version;
        } catch (IOException lost) {
            admitted.abandon(String.valueOf(lost.getMessage()));
            throw lost;
        }
    }

    private void run(AdmittedCall admitted, InBandInput input, InBandOutput output, int version)
            throws IOException, InterruptedException {
        OutputStream stdout = output.stream(MessageType.DATA_STDOUT, version);
        OutputStream stderr = output.stream(MessageType.DATA_STDERR, version);
        int code;
        try {
            code = admitted.run(new PlainStreams(input, stdout, stderr));
        } catch (InterruptedException cutOff) {
            code = ExitCodes.FAILED; // the caller may still be there: a limit can end a call too
        }
        over.set(true);
        boolean ignored = Thread.interrupted(); // it was for the run, which is over
        if (!channel.isClosing()) {
            input.close();
            stdout.close();
            stderr.close();
            output.exit(code);
            channel.end(LINGER);
        }
    }

    /** What cannot be told from bytes of the call ends it. */
    private void broken(ProtocolException fault) {
        warn("a call back was ended: " + fault.getMessage());
        channel.close(false);
    }

    private void warn(String what) {
        BRAKE.warn(door.peer(), "%s: %s".formatted(door.peer(), what));
    }
}
