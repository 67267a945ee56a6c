package org.qair.relay.reverse;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.sshd.common.AttributeRepository.AttributeKey;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.future.CloseFuture;
import org.apache.sshd.common.future.SshFutureListener;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.common.util.buffer.Buffer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is asked of the {@code sshd} at the other end of a connection: to listen at a Unix socket for us. OpenSSH's PROTOCOL, section
 * 2.4. One socket a connection.
 */
final class SocketForwarding {
    private static final Logger LOG = LoggerFactory.getLogger(SocketForwarding.class);
    private static final AttributeKey<String> PATH = new AttributeKey<>();
    private static final String BEGIN = "streamlocal-forward@openssh.com";
    private static final String END = "cancel-streamlocal-forward@openssh.com";
    private static final Duration ANSWER = Duration.ofSeconds(30);
    private static final int FRAME = 64;

    private SocketForwarding() {}

    /** Whether the other end was asked to listen there for us. */
    static boolean isAt(Session session, String path) {
        return path.equals(session.getAttribute(PATH));
    }

    /**
     * Asks for it; false when it is refused, for which there is no reason given. Takes it back when there is no answer, or nobody waits
     * for it any more: the other end may listen by then.
     *
     * @throws IOException when there is no answer
     */
    static boolean begin(Session session, String path) throws IOException, InterruptedException {
        session.setAttribute(PATH, path); // before a caller can be there
        boolean answered = false;
        try {
            boolean listens = ask(session, path);
            answered = true;
            if (!listens) {
                session.removeAttribute(PATH);
            }
            return listens;
        } finally {
            if (!answered) {
                end(session);
            }
        }
    }

    /** Does not wait for the answer. */
    static void end(Session session) {
        String path = session.removeAttribute(PATH);
        if (path != null && session.isOpen()) {
            try {
                send(session, END, path, new CompletableFuture<>());
            } catch (IOException | RuntimeException gone) {
                LOG.debug("{}: {}", session, gone.getMessage());
            }
        }
    }

    private static boolean ask(Session session, String path) throws IOException, InterruptedException {
        CompletableFuture<Boolean> answer = new CompletableFuture<>();
        SshFutureListener<CloseFuture> ended =
                closed -> answer.completeExceptionally(new IOException("the connection was lost"));
        session.addCloseFutureListener(ended);
        try {
            send(session, BEGIN, path, answer);
            return answer.get(ANSWER.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException | ExecutionException silent) {
            throw new IOException("its `sshd` did not answer", silent);
        } finally {
            session.removeCloseFutureListener(ended);
        }
    }

    private static void send(Session session, String request, String path, CompletableFuture<Boolean> answer)
            throws IOException {
        Buffer buffer = session.createBuffer(
                SshConstants.SSH_MSG_GLOBAL_REQUEST, request.length() + CallsBack.LONGEST_SOCKET + FRAME);
        buffer.putString(request);
        buffer.putBoolean(true);
        buffer.putString(path);
        session.request(
                buffer, request, (command, body) -> answer.complete(command == SshConstants.SSH_MSG_REQUEST_SUCCESS));
    }
}
