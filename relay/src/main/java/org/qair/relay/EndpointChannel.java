package org.qair.relay;

import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.sshd.client.future.DefaultOpenFuture;
import org.apache.sshd.client.future.OpenFuture;
import org.apache.sshd.common.Closeable;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.channel.ChannelOutputStream;
import org.apache.sshd.common.channel.RequestHandler;
import org.apache.sshd.common.channel.exception.SshChannelOpenException;
import org.apache.sshd.common.io.IoWriteFuture;
import org.apache.sshd.common.session.ConnectionService;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.common.util.io.IoUtils;
import org.apache.sshd.core.CoreModuleProperties;
import org.apache.sshd.server.channel.AbstractServerChannel;
import org.jspecify.annotations.Nullable;
import org.qair.call.Streams;
import org.qair.policy.Printable;
import org.qair.policy.QubeName;
import org.slf4j.LoggerFactory;

/**
 * The called end of one channel, at the server or, for a call back, at the client: it takes one exec request, which is one
 * call, before it perhaps what travels with the call, and refuses every other request.
 */
final class EndpointChannel extends AbstractServerChannel {
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

    private final CallDoor door;
    private final Inflow stdin = new Inflow(this::release);
    private final AtomicInteger openOutputs = new AtomicInteger(2);
    private final AtomicReference<End> end = new AtomicReference<>(End.NEITHER);
    private @Nullable QubeName relay;
    private final ReceivedContext context = new ReceivedContext();
    private @Nullable EndpointCall call;

    EndpointChannel(CallDoor door) {
        super("", List.of(), null);
        this.door = door;
    }

    @Override
    public void init(ConnectionService service, Session session, long id) throws IOException {
        WindowBudget windows = door.windows(session);
        long window = windows.open();
        CoreModuleProperties.WINDOW_SIZE.set(this, window);
        addCloseFutureListener(closed -> windows.close(window));
        super.init(service, session, id);
    }

    /** Refuses this one channel where the library's own limit would end the whole session. */
    @Override
    protected OpenFuture doInit(Buffer buffer) {
        Optional<QubeName> known = door.relay(getSession());
        if (known.isPresent() && door.callBegins(known.get())) {
            relay = known.get();
            addCloseFutureListener(closed -> door.callEnded(known.get()));
            return super.doInit(buffer);
        }
        known.ifPresent(name ->
                BRAKE.warn(name, "%s: relay `%s` has too many calls, one more refused".formatted(address(), name)));
        OpenFuture refused = new DefaultOpenFuture(this, this);
        refused.setException(
                new SshChannelOpenException(getChannelId(), SshConstants.SSH_OPEN_RESOURCE_SHORTAGE, "too many calls"));
        return refused;
    }

    @Override
    protected RequestHandler.Result handleInternalRequest(String type, boolean wantReply, Buffer buffer)
            throws IOException {
        QubeName from = relay;
        if (type.equals("exec") && call == null && from != null) {
            if (door.relay(getSession()).isEmpty()) {
                return RequestHandler.Result.ReplyFailure; // its key was taken away after the channel was opened
            }
            call = new EndpointCall(door, this, from, buffer.getString(), context.whole());
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

    /** The call starts when the answer to its request is on its way, so that nothing overtakes that. */
    @Override
    protected IoWriteFuture sendResponse(Buffer buffer, String type, RequestHandler.Result result, boolean wantReply)
            throws IOException {
        IoWriteFuture sent = super.sendResponse(buffer, type, result, wantReply);
        EndpointCall started = call;
        if (result == RequestHandler.Result.ReplySuccess && started != null) {
            started.start();
        }
        return sent;
    }

    @Override
    protected void doWriteData(byte[] data, int offset, long length) throws IOException {
        stdin.receive(data, offset, Math.toIntExact(length));
    }

    @Override
    protected void doWriteExtendedData(byte[] data, int offset, long length) throws IOException {
        getLocalWindow().release(length); // no client has a reason to send any
    }

    @Override
    public void handleEof() throws IOException {
        super.handleEof();
        stdin.end();
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
        return new CallerStreams(stdin, stdout, stderr);
    }

    /** Ends the channel with an exit status, after all output: before its end, on which OpenSSH's {@code ControlMaster} closes at once. */
    void exit(int status) throws IOException {
        if (isClosing()) {
            return;
        }
        sendExitStatus(status);
        sendEof();
        if (end.compareAndSet(End.NEITHER, End.CALL)) {
            close(false);
        } else {
            super.handleClose();
        }
    }

    /** A writer that waits for room is not to wait for ever. */
    @Override
    protected Closeable getInnerCloseable() {
        return builder()
                .close(super.getInnerCloseable())
                .run(toString(), () -> IoUtils.closeQuietly(getRemoteWindow()))
                .build();
    }

    String address() {
        return EndpointSessions.address(getSession());
    }

    private void cancel() {
        stdin.fail("the caller is gone");
        EndpointCall started = call;
        if (started != null) {
            started.cancel();
        }
    }

    private void release(int bytes) throws IOException {
        if (!isClosing()) {
            getLocalWindow().release(bytes);
        }
    }

    private OutputStream output(byte command) {
        ChannelOutputStream out = new ChannelOutputStream(this, getRemoteWindow(), log, command, false);
        out.setNoDelay(true);
        return new HalfCloseOutput(out, this::outputClosed);
    }

    /** SSH has one end-of-file for stdout and stderr together. */
    private void outputClosed() throws IOException {
        if (openOutputs.decrementAndGet() == 0 && !isClosing()) {
            sendEof();
        }
    }

    private record CallerStreams(Inflow stdin, OutputStream stdout, OutputStream stderr) implements Streams {}
}
