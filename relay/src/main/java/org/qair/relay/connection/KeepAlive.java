package org.qair.relay.connection;

import java.io.IOException;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.common.util.buffer.Buffer;
import org.qair.relay.peer.PeerLimits;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the peer of one connection for a sign of life when it has been silent, and ends the connection when none comes:
 * after {@code interval * (count + 1)} of silence at the latest. The library has this for clients alone, and only with a
 * fixed time for each answer.
 */
public final class KeepAlive implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(KeepAlive.class);
    private static final String REQUEST = "keepalive@openssh.com";
    private static final int USUAL_COUNT = 2;

    private final Session session;
    private final Duration interval;
    private final int count;
    private final LongSupplier heard;
    private final Consumer<String> silent;

    private KeepAlive(Session session, Duration interval, int count, LongSupplier heard, Consumer<String> silent) {
        this.session = session;
        this.interval = interval;
        this.count = count;
        this.heard = heard;
        this.silent = silent;
    }

    /**
     * Of a connection that the peer opened.
     *
     * @param heard when the peer last gave a sign of life, on the clock of {@link System#nanoTime}
     */
    public static void start(Session session, Duration interval, LongSupplier heard) {
        start(new KeepAlive(session, interval, USUAL_COUNT, heard, reason -> {}));
    }

    /** Of a connection to a peer. */
    static void start(PeerSession session, PeerLimits limits) {
        start(new KeepAlive(
                session, limits.keepAlive(), limits.keepAliveCount(), session::heardAt, session::endsBecause));
    }

    private static void start(KeepAlive keepAlive) {
        Thread thread = Thread.ofVirtual().name("ssh-keepalive").start(keepAlive);
        keepAlive.session.addCloseFutureListener(closed -> thread.interrupt());
    }

    @Override
    public void run() {
        Silence silence = new Silence(interval, count);
        try {
            while (session.isOpen()) {
                switch (silence.at(System.nanoTime(), heard.getAsLong())) {
                    case Silence.Step.Wait(Duration time) -> Thread.sleep(time);
                    case Silence.Step.Ask() -> {
                        ask();
                        Thread.sleep(interval);
                    }
                    case Silence.Step.GiveUp(Duration time) ->
                        end("no sign of life for %d s".formatted(time.toSeconds()));
                }
            }
        } catch (InterruptedException closed) {
            LOG.trace("{}: closed", session);
        } catch (IOException e) {
            end(String.valueOf(e.getMessage()));
        }
    }

    /** Any answer will do, as any byte does; OpenSSH says that it does not know the request. */
    private void ask() throws IOException {
        Buffer buffer = session.createBuffer(SshConstants.SSH_MSG_GLOBAL_REQUEST, REQUEST.length() + 16);
        buffer.putString(REQUEST);
        buffer.putBoolean(true);
        session.request(buffer, REQUEST, (answer, body) -> {});
    }

    private void end(String reason) {
        if (session.isOpen()) {
            LOG.warn("{}: connection ended: {}", session.getRemoteAddress(), reason);
            silent.accept(reason);
            session.close(true);
        }
    }
}
