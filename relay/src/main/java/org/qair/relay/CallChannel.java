package org.qair.relay;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.sshd.client.channel.AbstractClientChannel;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.channel.ChannelOutputStream;
import org.apache.sshd.common.session.ConnectionService;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.core.CoreModuleProperties;
import org.jspecify.annotations.Nullable;
import org.qair.relay.connection.PeerSession;
import org.qair.relay.reverse.ReverseCalls;
import org.qair.relay.stream.Inflow;
import org.qair.relay.stream.WindowBudget;

/**
 * The caller's end of one channel that runs one command. It may be opened before there is a command; the request is sent
 * once, as soon as there are both.
 */
final class CallChannel extends AbstractClientChannel {
    /** The type of the channels on which the listening end of a connection calls back. */
    static final String REVERSE = ReverseCalls.CHANNEL;

    private final WindowBudget windows;
    private final Inflow stdout = new Inflow(this::release);
    private final Inflow stderr = new Inflow(this::release);
    private final AtomicBoolean requested = new AtomicBoolean();
    private volatile Runnable changed = () -> {};
    private volatile @Nullable CallRequest wanted;
    private volatile @Nullable OutputStream stdin;
    private volatile boolean requestRefused;
    private volatile boolean abandoned;
    private volatile boolean outputEnded;
    private volatile long requestedAt;
    private volatile @Nullable Long answeredAt;

    CallChannel(WindowBudget windows) {
        this("session", windows);
    }

    /** @param type {@code session}, or {@link #REVERSE} from the end that listens */
    CallChannel(String type, WindowBudget windows) {
        super(type);
        this.windows = windows;
        addCloseFutureListener(closed -> {
            stdout.fail("the connection was lost");
            stderr.fail("the connection was lost");
            changed.run();
        });
    }

    /** Says what to run as soon as the channel is open, which it is not yet. */
    void prepare(CallRequest request, Runnable events) {
        changed = events;
        wanted = request;
    }

    /**
     * Says what to run; on an open channel that is requested at once.
     *
     * @param events called in the library's thread when an exit status came or the channel closed: must not block
     * @throws IOException when the request could not be sent; {@link #wasRequested} tells whether it may have been
     */
    void begin(CallRequest request, Runnable events) throws IOException {
        prepare(request, events);
        if (stdin != null) {
            send(request);
        }
    }

    @Override
    public void init(ConnectionService service, Session session, long id) throws IOException {
        long window = windows.open();
        CoreModuleProperties.WINDOW_SIZE.set(this, window);
        addCloseFutureListener(closed -> windows.close(window));
        super.init(service, session, id);
    }

    @Override
    protected void doOpen() throws IOException {
        ChannelOutputStream out =
                new ChannelOutputStream(this, getRemoteWindow(), log, SshConstants.SSH_MSG_CHANNEL_DATA, true);
        out.setNoDelay(true);
        stdin = out;
        CallRequest request = wanted;
        if (request != null) {
            send(request);
        }
    }

    private void send(CallRequest request) throws IOException {
        if (abandoned) {
            return;
        }
        if (isClosing() || !getSession().isOpen()) {
            throw new IOException("the channel was closed before its request");
        }
        if (!requested.compareAndSet(false, true)) {
            return;
        }
        // From here on the service may have started.
        requestedAt = System.nanoTime();
        request.send(this);
    }

    @Override
    public void handleSuccess() {
        // The request was taken; there is nothing to wait for.
    }

    @Override
    public void handleFailure() {
        requestRefused = true;
        close(false);
    }

    @Override
    protected void doWriteData(byte[] data, int offset, long length) throws IOException {
        answered();
        stdout.receive(data, offset, Math.toIntExact(length));
    }

    @Override
    protected void doWriteExtendedData(byte[] data, int offset, long length) throws IOException {
        answered();
        stderr.receive(data, offset, Math.toIntExact(length));
    }

    @Override
    public void handleEof() throws IOException {
        super.handleEof();
        endOutput();
    }

    /** A peer may leave out the end-of-file before its close; the exit status tells whether all came. */
    @Override
    public void handleClose() throws IOException {
        if (hasExited()) {
            endOutput();
        }
        super.handleClose();
    }

    @Override
    protected void notifyStateChanged(String hint) {
        super.notifyStateChanged(hint);
        if (hasExited()) {
            answered();
        }
        changed.run();
    }

    /** The call was given up before the channel was open: nothing is to be requested on it any more. */
    void abandon() {
        abandoned = true;
    }

    /**
     * Closes it. A service that may still run is to end: the far end cannot tell that from the close alone once both sides have sent
     * all they had.
     */
    void leave() {
        if (wasRequested() && !hasExited() && isOpen()) {
            try {
                Buffer signal = getSession().createBuffer(SshConstants.SSH_MSG_CHANNEL_REQUEST);
                signal.putUInt(getRecipient());
                signal.putString("signal");
                signal.putBoolean(false);
                signal.putString("TERM");
                writePacket(signal);
            } catch (IOException e) {
                log.debug("{}: no signal sent: {}", this, e.getMessage());
            }
        }
        close(false); // an immediate close would not tell the far end
    }

    boolean hasExited() {
        return getExitStatus() != null || getExitSignal() != null;
    }

    boolean wasRequested() {
        return requested.get();
    }

    boolean wasRequestRefused() {
        return requestRefused;
    }

    /** When the request was sent, on the clock of {@link System#nanoTime}. */
    Optional<Long> requestedAt() {
        return wasRequested() ? Optional.of(requestedAt) : Optional.empty();
    }

    /** When the first byte of output or the exit code came. */
    Optional<Long> answeredAt() {
        return Optional.ofNullable(answeredAt);
    }

    /** Why the connection below it ended, when it has and that is known. */
    Optional<String> lossReason() {
        return getSession() instanceof PeerSession peer ? peer.reason() : Optional.empty();
    }

    /** The far stdin; closing it is the half-close. Only after the channel is open. */
    OutputStream stdin() {
        OutputStream out = stdin;
        if (out == null) {
            throw new IllegalStateException("the channel is not open");
        }
        return out;
    }

    /** Whether the far end has said that no more output comes. */
    boolean isOutputEnded() {
        return outputEnded;
    }

    InputStream stdout() {
        return stdout;
    }

    InputStream stderr() {
        return stderr;
    }

    private void answered() {
        if (answeredAt == null) {
            answeredAt = System.nanoTime();
        }
    }

    private void endOutput() {
        outputEnded = true;
        stdout.end();
        stderr.end();
    }

    private void release(int bytes) throws IOException {
        if (!isClosing()) {
            getLocalWindow().release(bytes);
        }
    }
}
