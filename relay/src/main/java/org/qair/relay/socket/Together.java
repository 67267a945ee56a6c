package org.qair.relay.socket;

import org.apache.sshd.common.session.Session;

/** Packets that follow each other, sent at once: the other end is woken one time for all of them. */
public final class Together {
    private Together() {}

    /** Something that sends more than one packet. It must not wait for one of them to be written. */
    @FunctionalInterface
    public interface Sending<X extends Exception> {
        /** Sends them. */
        void run() throws X;
    }

    /**
     * Runs it, and sends at its end what this thread has sent within it, also when it failed. Packets of other threads do not wait for
     * that; the order of all stays. Where the session is no socket's, each is sent as it comes.
     */
    public static <X extends Exception> void send(Session session, Sending<X> sending) throws X {
        if (session.getIoSession() instanceof SocketIo io) {
            io.together(sending);
        } else {
            sending.run();
        }
    }
}
