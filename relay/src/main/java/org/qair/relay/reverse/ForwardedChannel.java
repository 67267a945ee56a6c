package org.qair.relay.reverse;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.sshd.client.future.OpenFuture;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.common.util.buffer.BufferException;
import org.jspecify.annotations.Nullable;
import org.qair.relay.incoming.CalledChannel;

/** A connection that somebody on the peer's machine made to the Unix socket that its {@code sshd} listens at for us: one call. */
final class ForwardedChannel extends CalledChannel {
    static final String TYPE = "forwarded-streamlocal@openssh.com";

    private final ReverseDoor door;
    private final CountDownLatch callerEnded = new CountDownLatch(1);
    private @Nullable ForwardedCall call;

    ForwardedChannel(ReverseDoor door) {
        super(door);
        this.door = door;
    }

    @Override
    protected OpenFuture doInit(Buffer buffer) {
        if (!isOfOurSocket(buffer)) {
            return refused(SshConstants.SSH_OPEN_ADMINISTRATIVELY_PROHIBITED, "nobody asked for that socket");
        }
        OpenFuture opened = super.doInit(buffer);
        if (relay() != null) {
            call = new ForwardedCall(door, this);
            call.start(); // it waits for the request, which comes when the other end knows that this is open
        }
        return opened;
    }

    private boolean isOfOurSocket(Buffer opening) {
        try {
            return SocketForwarding.isAt(getSession(), opening.getString());
        } catch (BufferException torn) {
            return false;
        }
    }

    /** A caller says in a frame that its input has ended; when the connection ends, it is gone. */
    @Override
    public void handleEof() throws IOException {
        super.handleEof();
        callerGone();
    }

    @Override
    protected void preClose() {
        callerGone();
        super.preClose();
    }

    /** All was sent: waits, for so long at most, until the caller has read it and closed its end, then closes. */
    void end(Duration limit) throws IOException, InterruptedException {
        sendEof();
        boolean ignored = callerEnded.await(limit.toNanos(), TimeUnit.NANOSECONDS);
        close(false);
    }

    private void callerGone() {
        input().fail("the caller is gone");
        callerEnded.countDown();
        ForwardedCall started = call;
        if (started != null) {
            started.cancel();
        }
    }
}
