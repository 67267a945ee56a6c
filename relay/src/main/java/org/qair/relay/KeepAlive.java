package org.qair.relay;

import java.io.IOException;
import java.time.Duration;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.common.util.buffer.Buffer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the peer of one connection for a sign of life now and then, and ends the connection when none comes. The library
 * has this for clients alone.
 */
final class KeepAlive implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(KeepAlive.class);
    private static final String REQUEST = "keepalive@openssh.com";

    private final Session session;
    private final Duration interval;

    private KeepAlive(Session session, Duration interval) {
        this.session = session;
        this.interval = interval;
    }

    static void start(Session session, Duration interval) {
        Thread thread = Thread.ofVirtual().name("ssh-keepalive").start(new KeepAlive(session, interval));
        session.addCloseFutureListener(closed -> thread.interrupt());
    }

    @Override
    public void run() {
        try {
            while (session.isOpen()) {
                Thread.sleep(interval);
                ask();
            }
        } catch (InterruptedException closed) {
            LOG.trace("{}: closed", session);
        } catch (IOException e) {
            if (session.isOpen()) {
                LOG.warn("{}: no sign of life, connection ended: {}", session.getRemoteAddress(), e.getMessage());
                session.close(true);
            }
        }
    }

    /** Any answer will do; OpenSSH says that it does not know the request. */
    private void ask() throws IOException {
        Buffer buffer = session.createBuffer(SshConstants.SSH_MSG_GLOBAL_REQUEST, REQUEST.length() + 16);
        buffer.putString(REQUEST);
        buffer.putBoolean(true);
        session.request(REQUEST, buffer, interval.multipliedBy(2));
    }
}
