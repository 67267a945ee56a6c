package org.qair.host.enrolment;

import java.io.IOException;
import java.nio.file.Files;
import java.security.PublicKey;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.qair.host.settings.EndpointTable.RelayTable;
import org.qair.host.settings.LiveTables;
import org.qair.policy.QubeName;
import org.qair.registry.admin.Admin;
import org.qair.relay.keys.SshKeys;

/** Makes on the inviting host what an invitation promises, or nothing. */
final class InvitingHost {
    private final EnrolmentPlaces places;
    private final Admin admin;
    private final Predicate<PublicKey> known;
    private final Runnable reload;
    private final OwnKeys ownKeys;

    /**
     * What is there to work with.
     *
     * @param known whether a key is a relay's already, or may be none's
     * @param reload brings into force what the files say
     */
    InvitingHost(EnrolmentPlaces places, Admin admin, Predicate<PublicKey> known, Runnable reload, OwnKeys ownKeys) {
        this.places = places;
        this.admin = admin;
        this.known = known;
        this.reload = reload;
        this.ownKeys = ownKeys;
    }

    /** What this host signs its calls with. */
    List<PublicKey> ownKeys() throws IOException {
        return ownKeys.get();
    }

    /**
     * Says what stands in the way of an invitation, as far as it can be seen before it is used.
     *
     * @throws EnrolmentException saying what it is
     */
    void check(Invitation invitation) throws IOException, EnrolmentException {
        QubeName relay = invitation.relay();
        if (Files.exists(places.enrolment(relay))) {
            throw new EnrolmentException(
                    "relay `%s` is enrolled already: `qair unjoin %s` takes it off".formatted(relay, relay));
        }
        for (RelayTable table : LiveTables.read(places.settings(), places.peers(), places.relays())
                .relays()) {
            if (table.name().equals(relay)) {
                throw new EnrolmentException("relay `%s` has a key already, in %s".formatted(relay, table.place()));
            }
        }
        Qubes qubes = new Qubes(admin);
        if (qubes.exists(relay) && qubes.isRemote(relay)) {
            throw new EnrolmentException("`%s` is a RemoteVM there, which cannot be a relay".formatted(relay));
        }
        if (!invitation.target().equals(relay) && !qubes.exists(invitation.target())) {
            throw new EnrolmentException("there is no qube `%s`".formatted(invitation.target()));
        }
        for (QubeName source : invitation.sources()) {
            if (qubes.exists(source) && !qubes.isBehind(source, relay)) {
                throw new EnrolmentException("there is another qube `%s` there".formatted(source));
            }
        }
    }

    /** Everything, in force when this returns; to be completed or undone. */
    Enrolment make(Invitation invitation, JoinMessages.Accept accept) throws IOException, EnrolmentException {
        if (known.test(accept.key())) {
            throw new EnrolmentException("the key is that of another relay, or was revoked: make a new one");
        }
        check(invitation);
        Enrolment begun = Enrolment.begin(places, admin, invitation.relay());
        try {
            makeQubes(begun, invitation, accept.hostKeys());
            if (invitation.policy()) {
                begun.policyFile(
                        places.policy(invitation.relay()),
                        ProposedPolicy.file(invitation.relay(), ProposedPolicy.invited(invitation)));
            }
            begun.privateFile(
                    places.relay(invitation.relay()), "key = \"%s\"\n".formatted(SshKeys.publicLine(accept.key(), "")));
            reload.run();
            return begun;
        } catch (IOException | EnrolmentException | RuntimeException failed) {
            var ignored = undo(begun);
            throw failed;
        }
    }

    /** A RemoteVM that is behind the relay already keeps the keys that are pinned for it, if there are any. */
    private void makeQubes(Enrolment begun, Invitation invitation, List<PublicKey> hostKeys)
            throws IOException, EnrolmentException {
        Qubes qubes = new Qubes(admin);
        begun.relay(invitation.relay());
        for (QubeName source : invitation.sources()) {
            if (qubes.exists(source)) {
                begun.pin(source, hostKeys);
            } else {
                begun.remoteVm(source, invitation.relay(), hostKeys, Map.of());
            }
        }
    }

    /** Takes all of it away again; what was open by it is closed when this returns. */
    List<String> undo(Enrolment enrolment) throws IOException {
        return enrolment.undo(reload::run);
    }
}
