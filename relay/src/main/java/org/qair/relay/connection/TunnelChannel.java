package org.qair.relay.connection;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.apache.sshd.client.channel.AbstractClientChannel;
import org.apache.sshd.client.future.DefaultOpenFuture;
import org.apache.sshd.client.future.OpenFuture;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.channel.ChannelOutputStream;
import org.apache.sshd.common.util.buffer.Buffer;
import org.jspecify.annotations.Nullable;
import org.qair.relay.peer.Hop;
import org.qair.relay.stream.Inflow;

/** A connection that a hop makes to the next one for us ({@code direct-tcpip}). Nothing listens anywhere for it. */
final class TunnelChannel extends AbstractClientChannel {
    private static final String TYPE = "direct-tcpip";

    private final Hop next;
    private final Inflow input = new Inflow(this::release);
    private volatile @Nullable OutputStream output;

    TunnelChannel(Hop next) {
        super(TYPE);
        this.next = next;
        addCloseFutureListener(closed -> input.fail("the connection through the hop before was lost"));
    }

    /** The address that we connect from is nobody's business: OpenSSH says the same when it has none. */
    @Override
    public synchronized OpenFuture open() throws IOException {
        openFuture = new DefaultOpenFuture(next.toString(), futureLock);
        Buffer buffer = getSession().createBuffer(SshConstants.SSH_MSG_CHANNEL_OPEN);
        buffer.putString(TYPE);
        buffer.putUInt(getChannelId());
        buffer.putUInt(getLocalWindow().getSize());
        buffer.putUInt(getLocalWindow().getPacketSize());
        buffer.putString(next.host());
        buffer.putUInt(next.port());
        buffer.putString("127.0.0.1");
        buffer.putUInt(0);
        writePacket(buffer);
        return openFuture;
    }

    @Override
    protected void doOpen() {
        ChannelOutputStream out =
                new ChannelOutputStream(this, getRemoteWindow(), log, SshConstants.SSH_MSG_CHANNEL_DATA, true);
        out.setNoDelay(true);
        output = out;
    }

    @Override
    protected void doWriteData(byte[] data, int offset, long length) throws IOException {
        input.receive(data, offset, Math.toIntExact(length));
    }

    @Override
    protected void doWriteExtendedData(byte[] data, int offset, long length) throws IOException {
        release(Math.toIntExact(length)); // a hop has no reason to send any
    }

    @Override
    public void handleEof() throws IOException {
        super.handleEof();
        input.end();
    }

    InputStream input() {
        return input;
    }

    /** Only after the channel is open. */
    OutputStream output() {
        OutputStream out = output;
        if (out == null) {
            throw new IllegalStateException("the channel is not open");
        }
        return out;
    }

    private void release(int bytes) throws IOException {
        if (!isClosing()) {
            getLocalWindow().release(bytes);
        }
    }
}
