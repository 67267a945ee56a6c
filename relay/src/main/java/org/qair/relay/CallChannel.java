package org.qair.relay;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.apache.sshd.client.channel.AbstractClientChannel;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.channel.ChannelOutputStream;
import org.apache.sshd.common.session.ConnectionService;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.core.CoreModuleProperties;
import org.jspecify.annotations.Nullable;

/** The caller's end of one channel that runs one command. */
final class CallChannel extends AbstractClientChannel {
    /** The type of the channels on which the far end of a connection calls back. */
    static final String REVERSE = "call@qair.org";

    private final CallRequest request;
    private final WindowBudget windows;
    private final Runnable changed;
    private final Inflow stdout = new Inflow(this::release);
    private final Inflow stderr = new Inflow(this::release);
    private volatile @Nullable OutputStream stdin;
    private volatile boolean requested;
    private volatile boolean requestRefused;
    private volatile boolean abandoned;

    /** @param changed called in the library's thread when an exit status came or the channel closed: must not block */
    CallChannel(CallRequest request, WindowBudget windows, Runnable changed) {
        this("session", request, windows, changed);
    }

    /** @param type {@code session}, or {@link #REVERSE} from the end that listens */
    CallChannel(String type, CallRequest request, WindowBudget windows, Runnable changed) {
        super(type);
        this.windows = windows;
        this.request = request;
        this.changed = changed;
        addCloseFutureListener(closed -> {
            stdout.fail("the connection was lost");
            stderr.fail("the connection was lost");
            changed.run();
        });
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
        if (abandoned) {
            return;
        }
        ChannelOutputStream out =
                new ChannelOutputStream(this, getRemoteWindow(), log, SshConstants.SSH_MSG_CHANNEL_DATA, true);
        out.setNoDelay(true);
        stdin = out;
        request.sendHops(this);
        // From here on the service may have started.
        requested = true;
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
        stdout.receive(data, offset, Math.toIntExact(length));
    }

    @Override
    protected void doWriteExtendedData(byte[] data, int offset, long length) throws IOException {
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
        changed.run();
    }

    /** The call was given up before the channel was open: nothing is to be requested on it any more. */
    void abandon() {
        abandoned = true;
    }

    boolean hasExited() {
        return getExitStatus() != null || getExitSignal() != null;
    }

    boolean wasRequested() {
        return requested;
    }

    boolean wasRequestRefused() {
        return requestRefused;
    }

    /** The far stdin; closing it is the half-close. Only after the channel is open. */
    OutputStream stdin() {
        OutputStream out = stdin;
        if (out == null) {
            throw new IllegalStateException("the channel is not open");
        }
        return out;
    }

    InputStream stdout() {
        return stdout;
    }

    InputStream stderr() {
        return stderr;
    }

    private void endOutput() {
        stdout.end();
        stderr.end();
    }

    private void release(int bytes) throws IOException {
        if (!isClosing()) {
            getLocalWindow().release(bytes);
        }
    }
}
