package org.qair.relay.incoming;

import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Optional;
import org.apache.sshd.client.future.DefaultOpenFuture;
import org.apache.sshd.client.future.OpenFuture;
import org.apache.sshd.common.Closeable;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.channel.ChannelOutputStream;
import org.apache.sshd.common.channel.exception.SshChannelOpenException;
import org.apache.sshd.common.session.ConnectionService;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.common.util.io.IoUtils;
import org.apache.sshd.core.CoreModuleProperties;
import org.apache.sshd.server.channel.AbstractServerChannel;
import org.jspecify.annotations.Nullable;
import org.qair.policy.QubeName;
import org.qair.relay.stream.Inflow;
import org.qair.relay.stream.WindowBudget;
import org.slf4j.LoggerFactory;

/**
 * A channel that the other end opened for one call. It is counted among its relay's calls from its opening to its close, and what
 * arrives on it and was not read yet is bounded by its window.
 */
public abstract class CalledChannel extends AbstractServerChannel {
    private static final LogBrake BRAKE = new LogBrake(LoggerFactory.getLogger(CalledChannel.class));

    private final CallDoor door;
    private final Inflow input = new Inflow(this::release);
    private @Nullable QubeName relay;

    @SuppressWarnings("this-escape") // nothing arrives before the channel is opened
    protected CalledChannel(CallDoor door) {
        super("", List.of(), null);
        this.door = door;
    }

    CallDoor door() {
        return door;
    }

    /** What the other end sends. */
    public Inflow input() {
        return input;
    }

    /** The relay that it was opened by; null before it was. */
    @Nullable
    protected QubeName relay() {
        return relay;
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
        return refused(SshConstants.SSH_OPEN_RESOURCE_SHORTAGE, "too many calls");
    }

    /** What {@link #doInit} answers for a channel that is not to be opened. */
    protected OpenFuture refused(int reason, String message) {
        OpenFuture refused = new DefaultOpenFuture(this, this);
        refused.setException(new SshChannelOpenException(getChannelId(), reason, message));
        return refused;
    }

    @Override
    protected void doWriteData(byte[] data, int offset, long length) throws IOException {
        input.receive(data, offset, Math.toIntExact(length));
    }

    @Override
    protected void doWriteExtendedData(byte[] data, int offset, long length) throws IOException {
        getLocalWindow().release(length); // no caller has a reason to send any
    }

    @Override
    public void handleEof() throws IOException {
        super.handleEof();
        input.end();
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
        return String.valueOf(getSession().getRemoteAddress());
    }

    /** Data of that kind for the other end; each write is sent as it is. */
    public OutputStream channelOutput(byte command) {
        ChannelOutputStream out = new ChannelOutputStream(this, getRemoteWindow(), log, command, false);
        out.setNoDelay(true);
        return out;
    }

    private void release(int bytes) throws IOException {
        if (!isClosing()) {
            getLocalWindow().release(bytes);
        }
    }
}
