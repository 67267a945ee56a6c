package org.qair.relay;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.sshd.client.ClientFactoryManager;
import org.apache.sshd.client.session.ClientSessionImpl;
import org.apache.sshd.client.session.SessionFactory;
import org.apache.sshd.common.io.IoSession;
import org.apache.sshd.common.util.Readable;
import org.apache.sshd.common.util.buffer.Buffer;
import org.jspecify.annotations.Nullable;
import org.qair.policy.Printable;

/** The client's end of a connection, which knows when the other end was last heard of, and why it ended. */
final class PeerSession extends ClientSessionImpl {
    private final AtomicReference<@Nullable String> reason = new AtomicReference<>();
    private volatile long heardAt = System.nanoTime();

    private PeerSession(ClientFactoryManager client, IoSession io) throws Exception {
        super(client, io);
    }

    /** Makes every session of a client one of these. */
    static SessionFactory factory(ClientFactoryManager client) {
        return new SessionFactory(client) {
            @Override
            protected ClientSessionImpl doCreateSession(IoSession io) throws Exception {
                return new PeerSession(getClient(), io);
            }
        };
    }

    /** When the last bytes came, on the clock of {@link System#nanoTime}. */
    long heardAt() {
        return heardAt;
    }

    /** Says, before the session is ended, why; the first reason counts. */
    void endsBecause(String why) {
        reason.compareAndSet(null, why);
    }

    /** Why it ended, when that is known. */
    Optional<String> reason() {
        return Optional.ofNullable(reason.get());
    }

    @Override
    public void messageReceived(Readable bytes) throws Exception {
        heardAt = System.nanoTime();
        super.messageReceived(bytes);
    }

    @Override
    public void exceptionCaught(Throwable failure) {
        if (isOpen() && failure.getMessage() != null) {
            endsBecause(Printable.line(failure.getMessage()));
        }
        super.exceptionCaught(failure);
    }

    @Override
    protected void handleDisconnect(int code, String message, String language, Buffer buffer) throws Exception {
        endsBecause("the far end ended it: `%s`".formatted(Printable.of(message)));
        super.handleDisconnect(code, message, language, buffer);
    }
}
