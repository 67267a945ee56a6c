package org.qair.relay;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.future.CloseFuture;
import org.apache.sshd.common.future.SshFutureListener;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.common.util.buffer.Buffer;
import org.qair.call.CallException;

/** One question to the other end of a connection that any SSH server answers, and the time until its answer. */
final class Ping {
    private static final String REQUEST = "keepalive@openssh.com";

    private Ping() {}

    static Duration of(Session session, Object farEnd, Duration patience) throws CallException, InterruptedException {
        CompletableFuture<Long> answered = new CompletableFuture<>();
        SshFutureListener<CloseFuture> ended =
                closed -> answered.completeExceptionally(new IOException("the connection ended"));
        session.addCloseFutureListener(ended);
        try {
            Buffer buffer = session.createBuffer(SshConstants.SSH_MSG_GLOBAL_REQUEST, REQUEST.length() + 16);
            buffer.putString(REQUEST);
            buffer.putBoolean(true);
            long sent = System.nanoTime();
            session.request(buffer, REQUEST, (answer, body) -> answered.complete(System.nanoTime()));
            return Duration.ofNanos(answered.get(patience.toNanos(), TimeUnit.NANOSECONDS) - sent);
        } catch (TimeoutException silent) {
            throw new CallException.Failed("%s: no answer in %d s".formatted(farEnd, patience.toSeconds()), silent);
        } catch (IOException | ExecutionException lost) {
            throw new CallException.Failed("%s: the connection was lost".formatted(farEnd), lost);
        } finally {
            session.removeCloseFutureListener(ended);
        }
    }
}
