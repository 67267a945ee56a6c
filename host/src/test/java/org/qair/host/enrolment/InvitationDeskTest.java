package org.qair.host.enrolment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.qair.call.CallException;
import org.qair.call.UncheckedCall;
import org.qair.policy.QubeName;
import org.qair.registry.admin.AdminCall;
import org.qair.relay.endpoint.InvitedKeys.Guest;
import org.qair.relay.keys.SshKeys;

/** The inviting host's side, from the guest's key to the enrolled relay, and back. */
@Timeout(60)
class InvitationDeskTest {
    private static final QubeName RELAY = new QubeName("Remote-Relay");

    @TempDir
    Path directory;

    private final InvitationSecret secret = InvitationSecret.random();
    private final PublicKey key = SshKeys.generate().getPublic();
    private final PublicKey hostKey = SshKeys.generate().getPublic();
    private FarHost host;

    @BeforeEach
    void start() throws Exception {
        host = new FarHost(directory);
    }

    @AfterEach
    void stop() {
        host.close();
    }

    private Optional<Guest> guest() {
        return host.desk.find(secret.key().getPublic());
    }

    /** Everything but the last word of the joining side. */
    private FarHost.Guests untilMade() throws Exception {
        FarHost.Guests joining = host.join(guest().orElseThrow());
        JoinMessages.readOffer(joining.in);
        JoinMessages.writeAccept(joining.out, key, List.of(hostKey));
        JoinMessages.readDone(joining.in);
        return joining;
    }

    private void join() throws Exception {
        try (FarHost.Guests joining = untilMade()) {
            JoinMessages.writeDone(joining.out);
            JoinMessages.readDone(joining.in);
            assertThat(joining.end()).isZero();
        }
    }

    private void assertNothingIsLeft() throws Exception {
        assertThat(host.has("Remote-Relay")).isFalse();
        assertThat(host.has("Local-Qube")).isFalse();
        assertThat(host.places.relay(RELAY)).doesNotExist();
        assertThat(host.places.policy(RELAY)).doesNotExist();
        assertThat(Enrolment.names(host.places)).isEmpty();
    }

    @Test
    void anInvitationMakesEverythingOnce() throws Exception {
        Invitation invitation = host.invite(secret);
        try (FarHost.Guests joining = host.join(guest().orElseThrow())) {
            assertThat(JoinMessages.readOffer(joining.in))
                    .isEqualTo(JoinMessages.Offer.of(invitation, List.of(host.hostKey)));
            JoinMessages.writeAccept(joining.out, key, List.of(hostKey));
            JoinMessages.readDone(joining.in);
            assertThat(host.places.relay(RELAY)).hasContent("key = \"" + SshKeys.publicLine(key, "") + "\"");
            assertThat(host.reloads.get()).isEqualTo(1);
            JoinMessages.writeDone(joining.out);
            JoinMessages.readDone(joining.in);
            assertThat(joining.end()).isZero();
        }
        assertThat(host.has("Remote-Relay")).isTrue();
        assertThat(host.hostKeyOf("Local-Qube")).isEqualTo(SshKeys.publicLine(hostKey, ""));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(host.places.relay(RELAY))))
                .isEqualTo("rw-------");
        assertThat(Files.readAllLines(host.places.policy(RELAY)))
                .containsExactly(
                        "# made by an enrolment; `qair unjoin Remote-Relay` removes it",
                        "my.Service * Local-Qube work allow",
                        "other +arg Local-Qube work allow",
                        "qair.Ping * Local-Qube work allow",
                        "qair.Doctor * Remote-Relay @adminvm allow",
                        "qair.Unjoin * Remote-Relay @adminvm allow");
        assertThat(guest()).as("it was used").isEmpty();
        host.desk.undoIncomplete();
        assertThat(host.has("Remote-Relay")).as("a complete one stays").isTrue();
    }

    @Test
    void aGuestThatGoesAwayLeavesNothingBehindAndMayComeAgain() throws Exception {
        host.invite(secret);
        for (int tries = 0; tries < Invitation.MAX_TRIES; tries++) {
            untilMade().close();
            assertNothingIsLeft();
        }
        assertThat(guest()).as("but not for ever").isEmpty();
    }

    @Test
    void aGuestThatOnlyLooksCostsNoTry() throws Exception {
        host.invite(secret);
        for (int looks = 0; looks < Invitation.MAX_TRIES + 1; looks++) {
            try (FarHost.Guests joining = host.join(guest().orElseThrow())) {
                JoinMessages.readOffer(joining.in);
            }
        }
        join();
    }

    @Test
    void anInterruptedCallUndoesToTheEnd() throws Exception {
        host.invite(secret);
        try (FarHost.Guests joining = untilMade()) {
            joining.thread.interrupt();
            assertThat(joining.end()).isEqualTo(-2);
        }
        assertNothingIsLeft();
    }

    @Test
    void aHostThatDiedUndoesAtItsNextStart() throws Exception {
        Invitation invitation = host.invite(secret);
        InvitingHost inviting =
                new InvitingHost(host.places, host.admin, host.known::contains, () -> {}, () -> List.of(host.hostKey));
        assertThat(inviting.make(invitation, new JoinMessages.Accept(key, List.of(hostKey)))
                        .isComplete())
                .isFalse();
        assertThat(host.has("Local-Qube")).isTrue();
        host.desk.undoIncomplete();
        assertNothingIsLeft();
        assertThat(guest()).isPresent();
    }

    @Test
    void anExpiredOrUnknownKeyIsNoGuest() throws Exception {
        host.invite(secret);
        assertThat(host.desk.find(key)).isEmpty();
        host.now = FarHost.NOW.plusSeconds(900);
        assertThat(guest()).isEmpty();
        assertThat(host.invitations.open(host.now)).isEmpty();
        host.now = FarHost.NOW;
        assertThat(guest()).as("its file is gone").isEmpty();
    }

    @Test
    void aGuestMayDoNothingElse() throws Exception {
        host.invite(secret);
        Guest guest = guest().orElseThrow();
        assertThat(guest.relay()).isEqualTo(RELAY);
        for (UncheckedCall call : List.of(
                new UncheckedCall(RELAY, Optional.empty(), "work", InvitationDesk.SERVICE, "ssh"),
                new UncheckedCall(RELAY, Optional.empty(), "@adminvm", "qubes.VMShell", "ssh"),
                new UncheckedCall(RELAY, Optional.of("Local-Qube"), "@adminvm", InvitationDesk.SERVICE, "ssh"))) {
            assertThatThrownBy(() -> guest.switchboard().admit(call)).isInstanceOf(CallException.Refused.class);
        }
        try (FarHost.Guests first = host.join(guest)) {
            assertThatThrownBy(() -> host.join(guest)).hasMessageContaining("somebody else");
            JoinMessages.readOffer(first.in);
        }
        host.join(guest).close();
    }

    @Test
    void whatCannotBeMadeIsRefusedWithItsReasonAndUndone() throws Exception {
        host.invite(secret);
        host.known.add(key);
        assertRefused("key is that of another relay");
        host.known.clear();
        host.qube("AppVM", "Local-Qube");
        assertRefused("there is another qube `Local-Qube` there");
        assertThat(host.has("Remote-Relay")).isFalse();
        host.admin.handle(AdminCall.of("admin.vm.Remove", "", new QubeName("Local-Qube"), ""));
        Files.createDirectories(host.places.relays());
        Files.writeString(host.places.relay(RELAY), "key = \"x\"");
        assertRefused("relay `Remote-Relay` has a key already, in " + host.places.relay(RELAY) + ":1");
        Files.writeString(host.places.relay(RELAY), "mine");
        assertRefused("there is a file `" + host.places.relay(RELAY) + "` already");
        assertThat(host.places.relay(RELAY)).hasContent("mine");
        Files.delete(host.places.relay(RELAY));
        assertNothingIsLeft();
        join();
    }

    private void assertRefused(String reason) throws Exception {
        try (FarHost.Guests joining = host.join(guest().orElseThrow())) {
            JoinMessages.readOffer(joining.in);
            JoinMessages.writeAccept(joining.out, key, List.of(hostKey));
            assertThatThrownBy(() -> JoinMessages.readDone(joining.in))
                    .isInstanceOf(JoinRefusedException.class)
                    .hasMessageContaining(reason);
            assertThat(joining.end()).isEqualTo(125);
        }
    }

    @Test
    void nonsenseFromAGuestEndsItsConversationAlone() throws Exception {
        host.invite(secret);
        for (String said :
                List.of("\n", "[]\n", "{\"key\":1}\n", "{\"key\":\"ssh-ed25519 AAAA\"}\n", "x".repeat(70_000))) {
            try (FarHost.Guests joining = host.join(guest().orElseThrow())) {
                JoinMessages.readOffer(joining.in);
                try {
                    joining.out.write(said.getBytes(StandardCharsets.UTF_8));
                } catch (IOException closedEarly) {
                    // it had read enough
                }
                assertThat(joining.in.readAllBytes()).isEmpty();
            }
        }
        assertNothingIsLeft();
        join();
    }

    @Test
    void anEnrolledRelayIsTakenOffWithAllThatWasMade() throws Exception {
        host.invite(secret);
        join();
        assertThat(host.desk.unjoin(new QubeName("work"))).as("not enrolled").isEmpty();
        assertThat(host.desk.unjoin(RELAY)).hasValue(List.of());
        assertNothingIsLeft();
        assertThat(host.reloads.get()).isEqualTo(2);
    }

    @Test
    void whatIsInUseStaysAndCanBeTakenOffLater() throws Exception {
        host.qube("AppVM", "Remote-Relay");
        host.invite(secret);
        join();
        host.qube("RemoteVM", "other");
        host.admin.handle(AdminCall.of("admin.vm.property.Set", "relayvm", new QubeName("other"), "Remote-Relay"));
        assertThat(host.desk.unjoin(RELAY)).hasValue(List.of());
        assertThat(host.has("Remote-Relay")).as("it was there before").isTrue();
        assertThat(host.has("Local-Qube")).isFalse();
    }

    @Test
    void aRemoteVmThatWasThereIsGivenTheKeyAndLosesItAgain() throws Exception {
        makeSource();
        host.invite(secret);
        untilMade().close();
        assertThat(host.hostKeyOf("Local-Qube")).as("what was begun is undone").isEmpty();
        join();
        assertThat(host.hostKeyOf("Local-Qube")).isEqualTo(SshKeys.publicLine(hostKey, ""));
        assertThat(host.desk.unjoin(RELAY)).hasValue(List.of());
        assertThat(host.hostKeyOf("Local-Qube")).isEmpty();
    }

    @Test
    void aKeyThatSomebodyPinnedStays() throws Exception {
        makeSource();
        String pinned = SshKeys.publicLine(SshKeys.generate().getPublic(), "");
        host.admin.handle(AdminCall.of("admin.vm.property.Set", "host_key", new QubeName("Local-Qube"), pinned));
        host.invite(secret);
        join();
        assertThat(host.hostKeyOf("Local-Qube")).isEqualTo(pinned);
        host.desk.unjoin(RELAY);
        assertThat(host.hostKeyOf("Local-Qube")).isEqualTo(pinned);
    }

    private void makeSource() throws Exception {
        host.qube("AppVM", "Remote-Relay");
        host.qube("RemoteVM", "Local-Qube");
        host.admin.handle(AdminCall.of("admin.vm.property.Set", "relayvm", new QubeName("Local-Qube"), "Remote-Relay"));
    }

    @Test
    void aKeyThatNoHostSignsWithIsNoneThatIsPinned() throws Exception {
        host.invite(secret);
        String relays = SshKeys.publicLine(key, "");
        KeyPairGenerator rsa = KeyPairGenerator.getInstance("RSA");
        rsa.initialize(3072);
        String other = SshKeys.publicLine(rsa.generateKeyPair().getPublic(), "");
        for (String hostKeys :
                List.of("", "\"x\"", "\"" + other + "\"", "1", ("\"" + relays + "\",").repeat(3) + "1")) {
            try (FarHost.Guests joining = host.join(guest().orElseThrow())) {
                JoinMessages.readOffer(joining.in);
                joining.out.write("{\"key\":\"%s\",\"host_keys\":[%s]}\n"
                        .formatted(relays, hostKeys)
                        .getBytes(StandardCharsets.UTF_8));
                assertThatThrownBy(() -> JoinMessages.readDone(joining.in)).isInstanceOf(IOException.class);
                joining.end();
            }
            assertNothingIsLeft();
        }
        join();
    }

    @Test
    void aRelayThatOthersReferToStays() throws Exception {
        host.invite(secret);
        join();
        QubeName other = new QubeName("other");
        host.qube("RemoteVM", "other");
        host.admin.handle(AdminCall.of("admin.vm.property.Set", "relayvm", other, "Remote-Relay"));
        assertThat(host.desk.unjoin(RELAY).orElseThrow())
                .singleElement()
                .asString()
                .startsWith("`Remote-Relay` stays: ")
                .contains("other");
        assertThat(host.places.relay(RELAY)).doesNotExist();
        host.admin.handle(AdminCall.of("admin.vm.Remove", "", other, ""));
        assertThat(host.desk.unjoin(RELAY)).hasValue(List.of());
        assertNothingIsLeft();
    }
}
