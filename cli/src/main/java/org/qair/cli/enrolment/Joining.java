package org.qair.cli.enrolment;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.security.KeyPair;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.qair.host.AdminAccess;
import org.qair.host.AdminRefusedException;
import org.qair.host.HostKeys;
import org.qair.host.HostLayout;
import org.qair.host.enrolment.Enrolment;
import org.qair.host.enrolment.EnrolmentException;
import org.qair.host.enrolment.InvitationDesk;
import org.qair.host.enrolment.InvitationLine;
import org.qair.host.enrolment.JoinMessages;
import org.qair.host.enrolment.JoinMessages.Offer;
import org.qair.host.enrolment.ProposedPolicy;
import org.qair.policy.QubeName;
import org.qair.policy.ServiceName;
import org.qair.relay.DirectConnection;
import org.qair.relay.connection.ConnectFailure;
import org.qair.relay.keys.SshKeys;
import org.qair.relay.peer.Peer;

/**
 * Uses an invitation: makes the RemoteVM, its peer and what else is missing here, lets the far host make its part, and tries the result.
 * Whatever fails before both hosts are done leaves neither with anything.
 */
public final class Joining {
    private final HostLayout layout;
    private final AdminAccess admin;
    private final Questions questions;
    private final PrintWriter notes;

    public Joining(HostLayout layout, AdminAccess admin, Questions questions, PrintWriter notes) {
        this.layout = layout;
        this.admin = admin;
        this.questions = questions;
        this.notes = notes;
    }

    /**
     * What is wanted.
     *
     * @param name of the RemoteVM; what the far host calls the qube when it is absent
     * @param relay the qube that will carry the calls, made when there is none
     * @param yes the rules are agreed to
     */
    public record Wish(Optional<QubeName> name, QubeName relay, boolean yes) {}

    /**
     * Two hosts that know each other.
     *
     * @param rulesHere whether the rules of this end were added
     */
    public record Joined(QubeName remoteVm, QubeName relay, Offer offer, boolean rulesHere, TestResult test) {}

    /** Joins, or changes nothing. */
    public Joined join(InvitationLine line, Wish wish) throws IOException, EnrolmentException, AdminRefusedException {
        Peer far = Peer.of(
                "invitation",
                line.address(),
                line.port(),
                "qair",
                List.of(line.hostKey()),
                layout.relayKey(wish.relay()));
        try (DirectConnection connection = comeIn(far, line.secret().key());
                FarCall call = FarCall.begin(
                        connection,
                        Optional.empty(),
                        "@adminvm",
                        new ServiceName(InvitationDesk.SERVICE, Optional.empty()))) {
            Offer offer = JoinMessages.readOffer(call.answers());
            return accept(line, wish, offer, call);
        }
    }

    private static DirectConnection comeIn(Peer far, KeyPair key) throws EnrolmentException {
        try {
            return DirectConnection.open(far, key);
        } catch (ConnectFailure failure) {
            throw new EnrolmentException(
                    switch (failure.stage()) {
                        case KEY -> "the invitation was used, withdrawn, or is no longer valid: ask for a new one";
                        case HOST_KEY ->
                            "that is not the host that made the invitation, nothing was told to it: "
                                    + failure.getMessage();
                        default -> failure.getMessage() + ": is the host reachable at that address?";
                    },
                    failure);
        }
    }

    private Joined accept(InvitationLine line, Wish wish, Offer offer, FarCall call)
            throws IOException, EnrolmentException, AdminRefusedException {
        QubeName name = wish.name().orElse(offer.target());
        List<QubeName> callers = callers(offer);
        List<String> rules = ProposedPolicy.calls(callers, name, offer.services());
        boolean agreed = !rules.isEmpty()
                && questions.agree(rules, layout.enrolment().policy(name).toString(), wish.yes());
        Enrolment begun = Enrolment.begin(layout.enrolment(), admin.admin(), name);
        Abandonment abandonment = new Abandonment(begun, admin);
        try (abandonment) {
            KeyPair key = abandonment.guard(() -> make(begun, line, wish.relay(), offer, agreed ? rules : List.of()));
            admin.reload();
            JoinMessages.writeAccept(call.words(), key.getPublic(), new HostKeys(layout).hostKeys());
            JoinMessages.readDone(call.answers());
            TestCall test = new TestCall(layout, admin, name, offer);
            test.keyIsAccepted(wish.relay());
            JoinMessages.writeDone(call.words());
            JoinMessages.readDone(call.answers());
            abandonment.guard(() -> {
                begun.complete();
                return name;
            });
            return new Joined(name, wish.relay(), offer, agreed, test.call(callers, agreed));
        }
    }

    /** The qubes of this host that the far one knows, and a note about those that are none here. */
    private List<QubeName> callers(Offer offer) throws IOException, AdminRefusedException {
        List<String> here = admin.call("admin.vm.List", "", QubeName.DOM0, "")
                .lines()
                .map(line -> line.substring(0, line.indexOf(' ')))
                .toList();
        List<QubeName> callers = new ArrayList<>();
        for (QubeName source : offer.sources()) {
            if (here.contains(source.value())) {
                callers.add(source);
            } else {
                notes.println("the far host knows `%s`, which is no qube here yet: `qair qube create %s`"
                        .formatted(source, source));
            }
        }
        return callers;
    }

    private KeyPair make(Enrolment begun, InvitationLine line, QubeName relay, Offer offer, List<String> rules)
            throws IOException, EnrolmentException {
        begun.relay(relay);
        if (!Files.exists(layout.relayKey(relay))) {
            begun.ownsFile(layout.relayKey(relay));
            begun.ownsFile(
                    layout.relayKey(relay).resolveSibling(layout.relayKey(relay).getFileName() + ".pub"));
        }
        KeyPair key = new HostKeys(layout).relay(relay);
        Map<String, String> more = new LinkedHashMap<>();
        more.put("remote_name", offer.target().value());
        more.put("peer", begun.name().value());
        begun.remoteVm(begun.name(), relay, offer.hostKeys(), more);
        begun.privateFile(
                layout.peers().resolve(begun.name() + ".toml"),
                "address = \"%s\"\nhost-key = \"%s\"\n"
                        .formatted(address(line), SshKeys.publicLine(line.hostKey(), "")));
        if (!rules.isEmpty()) {
            begun.policyFile(layout.enrolment().policy(begun.name()), ProposedPolicy.file(begun.name(), rules));
        }
        return key;
    }

    private static String address(InvitationLine line) {
        return (line.address().contains(":") ? "[%s]:%d" : "%s:%d").formatted(line.address(), line.port());
    }
}
