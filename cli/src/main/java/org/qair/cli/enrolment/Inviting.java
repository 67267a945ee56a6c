package org.qair.cli.enrolment;

import java.io.IOException;
import java.io.PrintWriter;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import org.qair.host.AdminAccess;
import org.qair.host.HostKeys;
import org.qair.host.HostLayout;
import org.qair.host.enrolment.EnrolmentException;
import org.qair.host.enrolment.Invitation;
import org.qair.host.enrolment.InvitationLine;
import org.qair.host.enrolment.InvitationSecret;
import org.qair.host.enrolment.Invitations;
import org.qair.host.enrolment.ProposedPolicy;
import org.qair.policy.QubeName;
import org.qair.policy.ServiceName;

/** Makes invitations to a host. */
public final class Inviting {
    private final HostLayout layout;
    private final Questions questions;
    private final PrintWriter notes;
    private final Clock clock;

    /** @param notes takes what is no invitation */
    public Inviting(HostLayout layout, Questions questions, PrintWriter notes, Clock clock) {
        this.layout = layout;
        this.questions = questions;
        this.notes = notes;
        this.clock = clock;
    }

    /**
     * What is wanted.
     *
     * @param target the relay itself when it is absent
     * @param address of the endpoint; as it listens when it is absent
     */
    public record Wish(
            QubeName relay,
            Optional<QubeName> target,
            List<QubeName> sources,
            List<ServiceName> services,
            Duration valid,
            Optional<String> address) {
        public Wish {
            sources = List.copyOf(sources);
            services = List.copyOf(services);
        }
    }

    /** An invitation that is open, and what is agreed to with it. */
    public record Made(InvitationLine line, Invitation invitation, List<String> rules) {
        public Made {
            rules = List.copyOf(rules);
        }
    }

    /**
     * Makes one, which the running host knows at once.
     *
     * @param yes the rules are agreed to
     */
    public Made make(Wish wish, boolean yes) throws IOException, EnrolmentException {
        EndpointAddress address = EndpointAddress.of(layout, wish.address());
        InvitationSecret secret = InvitationSecret.random();
        Instant expires = clock.instant().plus(wish.valid()).truncatedTo(ChronoUnit.SECONDS);
        Invitation asked = new Invitation(
                secret.key().getPublic(),
                wish.relay(),
                wish.target().orElse(wish.relay()),
                wish.sources(),
                wish.services(),
                false,
                expires,
                0);
        try (AdminAccess admin = AdminAccess.open(layout)) {
            Invitations.check(layout.enrolment(), admin.admin(), asked);
        }
        InvitationLine line = line(address, secret, expires);
        List<String> rules = ProposedPolicy.invited(asked);
        boolean agreed =
                questions.agree(rules, layout.enrolment().policy(asked.relay()).toString(), yes);
        Invitation invitation = new Invitation(
                asked.key(), asked.relay(), asked.target(), asked.sources(), asked.services(), agreed, expires, 0);
        open().put(invitation);
        return new Made(line, invitation, rules);
    }

    private InvitationLine line(EndpointAddress address, InvitationSecret secret, Instant expires)
            throws IOException, EnrolmentException {
        try {
            return new InvitationLine(
                    address.host(),
                    address.port(),
                    new HostKeys(layout).endpoint().getPublic(),
                    secret,
                    expires);
        } catch (IllegalArgumentException unusable) {
            throw new EnrolmentException(unusable.getMessage() + ": name one with --address", unusable);
        }
    }

    /** Takes back every open invitation of a relay, and says how many. */
    public int withdraw(QubeName relay) throws IOException {
        int count = 0;
        for (Invitation invitation : open().open(clock.instant())) {
            if (invitation.relay().equals(relay)) {
                open().remove(invitation.key());
                count++;
            }
        }
        notes.println("%d invitations of relay `%s` withdrawn".formatted(count, relay));
        return count;
    }

    private Invitations open() {
        return new Invitations(layout.enrolment().invitations());
    }
}
