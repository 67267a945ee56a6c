package org.qair.host.enrolment;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import org.qair.call.ExitCodes;
import org.qair.call.Streams;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The inviting host's part of a conversation that uses an invitation. It runs in a thread of its own, which nobody interrupts: when the
 * other end goes away the streams fail, and what was made is undone to the end.
 */
final class JoinConversation implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(JoinConversation.class);
    /** From the offer to its end; people read it in between. */
    private static final Duration PATIENCE = Duration.ofMinutes(10);

    private final Invitation invitation;
    private final Invitations invitations;
    private final InvitingHost host;
    private final Streams streams;
    private int exitCode = ExitCodes.FAILED;

    JoinConversation(Invitation invitation, Invitations invitations, InvitingHost host, Streams streams) {
        this.invitation = invitation;
        this.invitations = invitations;
        this.host = host;
        this.streams = streams;
    }

    /** Talks to the end, and gives the exit code for the other side. */
    int await() throws InterruptedException {
        Thread talking = Thread.ofVirtual().name("join-" + invitation.relay()).start(this);
        boolean interrupted = false;
        while (true) {
            try {
                if (!talking.join(PATIENCE)) {
                    LOG.warn("invitation of relay `{}`: not used to its end in {}", invitation.relay(), PATIENCE);
                    hangUp();
                }
                talking.join();
                break;
            } catch (InterruptedException gone) {
                interrupted = true;
                hangUp();
            }
        }
        if (interrupted) {
            throw new InterruptedException("the joining host is gone");
        }
        return exitCode;
    }

    private void hangUp() {
        try {
            streams.stdin().close();
        } catch (IOException closed) {
            LOG.debug("invitation of relay `{}`: {}", invitation.relay(), closed.getMessage());
        }
    }

    @Override
    public void run() {
        try {
            talk(streams.stdin(), streams.stdout());
        } catch (IOException broken) {
            LOG.warn("invitation of relay `{}`: not used: {}", invitation.relay(), broken.getMessage());
        } catch (RuntimeException fault) {
            LOG.error("invitation of relay `{}`: a fault of this program", invitation.relay(), fault);
        }
    }

    private void talk(InputStream in, OutputStream out) throws IOException {
        JoinMessages.write(out, JoinMessages.Offer.of(invitation, host.ownKeys()));
        JoinMessages.Accept accept = JoinMessages.readAccept(in);
        Enrolment made;
        try {
            made = host.make(invitation, accept);
        } catch (EnrolmentException refused) {
            LOG.warn("invitation of relay `{}`: {}", invitation.relay(), refused.getMessage());
            JoinMessages.writeFailure(out, String.valueOf(refused.getMessage()));
            return;
        }
        confirm(made, in, out);
        LOG.info("relay `{}` is enrolled", invitation.relay());
        JoinMessages.writeDone(out);
        exitCode = 0;
    }

    private void confirm(Enrolment made, InputStream in, OutputStream out) throws IOException {
        boolean confirmed = false;
        try {
            JoinMessages.writeDone(out);
            JoinMessages.readDone(in);
            made.complete();
            confirmed = true;
            invitations.remove(invitation.key());
        } finally {
            if (!confirmed) {
                invitations.put(invitation.afterATry());
                host.undo(made).forEach(kept -> LOG.warn("relay `{}`: {}", invitation.relay(), kept));
            }
        }
    }
}
