package org.qair.relay.incoming;

import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.channel.RequestHandler;
import org.apache.sshd.common.io.IoWriteFuture;
import org.apache.sshd.common.util.buffer.Buffer;
import org.jspecify.annotations.Nullable;
import org.qair.call.PlainStreams;
import org.qair.call.Streams;
import org.qair.policy.Printable;
import org.qair.policy.QubeName;
import org.qair.relay.socket.Together;
import org.qair.relay.stream.HalfCloseOutput;
import org.slf4j.LoggerFactory;

/**
 * The called end of one channel, at the server or, for a call back, at the client: it takes one exec request, which is one
 * call, before it perhaps what travels with the call, and refuses every other request.
 */
public final class EndpointChannel extends CalledChannel {
    private static final LogBrake BRAKE = new LogBrake(LoggerFactory.getLogger(EndpointChannel.class));
    /** Requests that stock clients send unasked; not worth a line in the log. */
    private static final List<String> UNASKED = List.of("env", "signal", "window-change", "eow@openssh.com");
    /** Signals by which a caller says that it wants no more of its call. */
    private static final Set<String> ENDING = Set.of("HUP", "INT", "QUIT", "TERM", "KILL");

    /** What came first: the end of the call or the caller's close. */
    private enum End {
        NEITHER,
        CALL,
        CLOSE
    }

    private final AtomicInteger openOutputs = new AtomicInteger(2);
    private final AtomicReference<End> end = new AtomicReference<>(End.NEITHER);
    private final ReceivedContext context = new ReceivedContext();
    private @Nullable EndpointCall call;

    public EndpointChannel(CallDoor door) {
        super(door);
    }

    @Override
    protected RequestHandler.Result handleInternalRequest(String type, boolean wantReply, Buffer buffer)
            throws IOException {
        QubeName from = relay();
        if (type.equals("exec") && call == null && from != null) {
            if (door().relay(getSession()).isEmpty()) {
                return RequestHandler.Result.ReplyFailure; // its key was taken away after the channel was opened
            }
            call = new EndpointCall(door(), this, from, buffer.getString(), context.whole());
            return RequestHandler.Result.ReplySuccess;
        }
        if (type.equals("signal") && call != null && ENDING.contains(buffer.getString())) {
            cancel();
            return RequestHandler.Result.ReplySuccess;
        }
        if (type.equals("env") && context.take(buffer.getString(), buffer.getString())) {
            return RequestHandler.Result.ReplySuccess;
        }
        if (!UNASKED.contains(type)) {
            BRAKE.warn(
                    address(), "%s: relay `%s`: request `%s` refused".formatted(address(), from, Printable.of(type)));
        }
        return RequestHandler.Result.ReplyFailure;
    }

    /**
     * The call starts when the answer to its request is on its way, so that nothing overtakes that. Who wants no answer learns by the end
     * of the channel that there is no call.
     */
    @Override
    protected IoWriteFuture sendResponse(Buffer buffer, String type, RequestHandler.Result result, boolean wantReply)
            throws IOException {
        IoWriteFuture sent = super.sendResponse(buffer, type, result, wantReply);
        EndpointCall started = call;
        if (result == RequestHandler.Result.ReplySuccess && started != null) {
            started.start();
        }
        if (result == RequestHandler.Result.ReplyFailure && type.equals("exec") && !wantReply) {
            close(false);
        }
        return sent;
    }

    /**
     * The peer wants no more of it: the call ends now, without the grace that a shell would get. Unless there is nothing left to
     * wait for but the exit code: then OpenSSH closes its side at once and still takes that.
     */
    @Override
    public void handleClose() throws IOException {
        if (isEofSignalled() && openOutputs.get() == 0 && call != null && end.compareAndSet(End.NEITHER, End.CLOSE)) {
            return;
        }
        cancel();
        super.handleClose();
    }

    @Override
    protected void preClose() {
        cancel();
        super.preClose();
    }

    /** The caller's streams, made once. */
    Streams streams() {
        OutputStream stdout = output(SshConstants.SSH_MSG_CHANNEL_DATA);
        OutputStream stderr = output(SshConstants.SSH_MSG_CHANNEL_EXTENDED_DATA);
        return new PlainStreams(input(), stdout, stderr);
    }

    /** Ends the channel with an exit status, after all output: before its end, on which OpenSSH's {@code ControlMaster} closes at once. */
    void exit(int status) throws IOException {
        if (isClosing()) {
            return;
        }
        Together.send(getSession(), () -> {
            sendExitStatus(status);
            sendEof();
            if (end.compareAndSet(End.NEITHER, End.CALL)) {
                close(false);
            } else {
                super.handleClose();
            }
        });
    }

    private void cancel() {
        input().fail("the caller is gone");
        EndpointCall started = call;
        if (started != null) {
            started.cancel();
        }
    }

    private OutputStream output(byte command) {
        return new HalfCloseOutput(channelOutput(command), this::outputClosed);
    }

    /** SSH has one end-of-file for stdout and stderr together. */
    private void outputClosed() throws IOException {
        if (openOutputs.decrementAndGet() == 0 && !isClosing()) {
            sendEof();
        }
    }
}
