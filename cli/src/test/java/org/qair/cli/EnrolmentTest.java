package org.qair.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PublicKey;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.qair.cli.Machine.Finished;
import org.qair.client.QrexecCall;
import org.qair.host.enrolment.InvitationLine;
import org.qair.host.enrolment.InvitationSecret;
import org.qair.relay.keys.SshKeys;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Two hosts that knew nothing of each other, one command a side. */
@Timeout(240)
class EnrolmentTest {
    @TempDir
    Path directory;

    private final HostLog log = new HostLog();
    private Machine local;
    private Machine remote;

    @BeforeEach
    void start() throws Exception {
        remote = new Machine(directory.resolve("r"));
        remote.settings("[endpoint]", "listen = \"127.0.0.1:0\"");
        remote.qair("qube", "create", "work");
        remote.service("test.Hello", "echo \"hello $QREXEC_REMOTE_DOMAIN $1\"");
        remote.start();
        local = new Machine(directory.resolve("l"));
        local.qair("qube", "create", "Local-Qube");
        local.start();
    }

    @AfterEach
    void stop() {
        local.close();
        remote.close();
        log.close();
    }

    private String invite(String... more) {
        List<String> words =
                new java.util.ArrayList<>(List.of("invite", "--relay", "Remote-Relay", "--target", "work"));
        words.addAll(List.of(more));
        return remote.qair(words.toArray(new String[0])).strip();
    }

    private String inviteForHello() {
        return invite("--source", "Local-Qube", "--service", "test.Hello", "--yes");
    }

    /** Every file but those that change by themselves, and every qube with its properties. */
    private static Map<String, String> state(Machine machine) throws IOException {
        TreeMap<String, String> state = new TreeMap<>();
        for (String part : List.of("etc", "var/lib/qair/enrolments", "var/lib/qair/keys")) {
            Path directory = machine.layout.root().resolve(part);
            if (Files.isDirectory(directory)) {
                try (Stream<Path> files = Files.walk(directory)) {
                    for (Path file : files.filter(Files::isRegularFile).toList()) {
                        state.put(file.toString(), Files.readString(file));
                    }
                }
            }
        }
        for (String line : machine.qair("qube", "list").lines().toList()) {
            state.put(line, "");
        }
        return state;
    }

    private Finished joinFrom(String stdin, String... words) {
        InputStream before = System.in;
        System.setIn(new ByteArrayInputStream(stdin.getBytes(StandardCharsets.UTF_8)));
        try {
            return local.tryQair(words);
        } finally {
            System.setIn(before);
        }
    }

    @Test
    void oneCommandASideAndCallsGoThrough() throws Exception {
        var localBefore = state(local);
        var remoteBefore = state(remote);
        String line = inviteForHello();
        Finished joined = joinFrom(line + "\n", "join", "-", "--name", "Remote-Qube", "--yes");
        assertThat(joined.stdout() + joined.stderr() + local.audit()).contains("a test call went all the way");
        assertThat(joined.exitCode()).isZero();
        assertThat(joined.stdout())
                .contains("`Remote-Qube` is `work` of the far host, by `sys-relay` here and `Remote-Relay` there");
        Finished called = local.call("Local-Qube", "Remote-Qube", "test.Hello+you", "");
        assertThat(called.stdout()).isEqualTo("hello Local-Qube you\n");
        assertThat(local.call("Local-Qube", "Remote-Qube", "test.Other", "").exitCode())
                .isEqualTo(126);
        assertUsed(line);
        parts(localBefore, remoteBefore);
    }

    private void assertUsed(String line) {
        Finished again = joinFrom(line + "\n", "join", "--name", "Again");
        assertThat(again.exitCode()).isEqualTo(1);
        assertThat(again.stderr()).contains("the invitation was used, withdrawn, or is no longer valid");
    }

    private void parts(Map<String, String> localBefore, Map<String, String> remoteBefore) throws Exception {
        try (QrexecCall running = local.begin("Local-Qube", "Remote-Qube", "qair.Ping")) {
            Finished parted = local.tryQair("unjoin", "Remote-Qube");
            assertThat(parted.stderr()).isEmpty();
            assertThat(parted.exitCode()).isZero();
            assertThat(running.exitCode()).as("its connection went with it").isEqualTo(125);
        }
        assertThat(state(local)).isEqualTo(localBefore);
        assertThat(state(remote)).isEqualTo(remoteBefore);
        assertThat(local.tryQair("unjoin", "Remote-Qube").stderr()).contains("`Remote-Qube` was not enrolled");
    }

    /** Nothing but the two commands, and that both ends are told to insist. */
    @Test
    void bothEndsKnowWhatTheOtherSignsWith() throws Exception {
        assertThat(joinFrom(inviteForHello(), "join", "--yes").exitCode()).isZero();
        remote.qair("qube", "set", "Local-Qube", "-p", "proof=required", "-p", "protect=required");
        local.qair("qube", "set", "work", "-p", "proof=required", "-p", "protect=required");
        assertThat(local.call("Local-Qube", "work", "test.Hello+you", "").stdout())
                .isEqualTo("hello Local-Qube you\n");
        assertThat(remote.audit().getLast().evidence().proof()).hasValue("verified");
        letRemoteCallBack();
        Finished back = remote.call("work", "Local-Qube", "test.Hello+back", "");
        assertThat(back.stdout()).as(back.stderr() + local.audit()).isEqualTo("hello work back\n");
        assertThat(local.audit().getLast().evidence().proof()).hasValue("verified");
        local.qair("key", "rotate");
        local.qair("key", "rotate", "--finish");
        local.stop();
        local.start();
        assertThat(local.call("Local-Qube", "work", "test.Hello", "").exitCode())
                .isNotZero();
        assertThat(remote.audit().getLast().decision()).isEqualTo("deny");
        assertThat(remote.audit().getLast().reason().orElse(""))
                .as("signed with a key that the far host was not told of")
                .contains("key");
    }

    /** By the connection that the joining machine's relay holds. */
    private void letRemoteCallBack() throws Exception {
        local.service("test.Hello", "echo \"hello $QREXEC_REMOTE_DOMAIN $1\"");
        remote.policy("test.Hello * work Local-Qube allow");
        local.policy("test.Hello * work Local-Qube allow");
        Path peer = local.layout.peers().resolve("work.toml");
        Path relay = remote.layout.relays().resolve("Remote-Relay.toml");
        remote.write(relay, Files.readString(relay) + "reverse = true\n", "rw-------");
        local.write(peer, Files.readString(peer) + "reverse = true\n", "rw-------");
        Machine.await(() -> remote.call("work", "Local-Qube", "test.Hello", "").exitCode() == 0);
    }

    @Test
    void aNextKeyIsExchangedToo() throws Exception {
        local.qair("key", "rotate");
        assertThat(joinFrom(inviteForHello(), "join", "--yes").exitCode()).isZero();
        remote.qair("qube", "set", "Local-Qube", "-p", "proof=required");
        local.qair("key", "rotate", "--finish");
        local.stop();
        local.start();
        Machine.await(() -> local.call("Local-Qube", "work", "test.Hello", "").exitCode() == 0);
    }

    @Test
    void rulesAreShownAndNotAddedWithoutConsent() throws Exception {
        JsonNode invited =
                JsonMapper.shared().readTree(invite("--source", "Local-Qube", "--service", "test.Hello", "--json"));
        assertThat(invited.get("rules_added").booleanValue()).isFalse();
        assertThat(invited.get("rules").get(0).stringValue()).isEqualTo("test.Hello * Local-Qube work allow");
        Finished joined = joinFrom(invited.get("line").stringValue(), "join", "--json");
        assertThat(joined.stderr())
                .contains("test.Hello * Local-Qube work allow")
                .contains("not added: that needs --yes, or a terminal to ask at");
        JsonNode said = JsonMapper.shared().readTree(joined.stdout());
        assertThat(said.get("remotevm").stringValue()).isEqualTo("work");
        assertThat(said.get("rules_here").booleanValue()).isFalse();
        assertThat(said.get("test").stringValue()).isEqualTo("no-rules");
        assertThat(joined.exitCode()).isZero();
        assertThat(local.call("Local-Qube", "work", "test.Hello", "").exitCode())
                .isEqualTo(126);
        local.policy("test.Hello * Local-Qube work allow");
        remote.policy("test.Hello * Local-Qube work allow");
        Machine.await(() -> local.call("Local-Qube", "work", "test.Hello", "").exitCode() == 0);
        Finished parted = local.tryQair("unjoin", "work");
        assertThat(parted.stderr())
                .contains("the far host keeps its part (its policy does not allow `qair.Unjoin`)")
                .contains("`work` stays: ");
        assertThat(parted.exitCode()).isEqualTo(1);
        local.policy("");
        Machine.await(() -> local.tryQair("unjoin", "work", "--local").exitCode() == 0);
        remote.policy("");
        Machine.await(() -> remote.tryQair("unjoin", "Remote-Relay").exitCode() == 0);
        assertThat(remote.qair("qube", "list")).doesNotContain("Local-Qube").doesNotContain("Remote-Relay");
    }

    @Test
    void whatCannotBeMadeHereLeavesNothingThereEither() throws Exception {
        String line = inviteForHello();
        var remoteBefore = state(remote);
        local.qair("qube", "create", "taken");
        Finished refused = joinFrom(line, "join", "--name", "taken", "--yes");
        assertThat(refused.stderr()).contains("there is a qube `taken` already");
        Files.createDirectories(local.layout.peers());
        Files.writeString(local.layout.peers().resolve("far.toml"), "");
        var localBefore = state(local);
        refused = joinFrom(line, "join", "--name", "far", "--yes");
        assertThat(refused.stderr()).contains("far.toml` already");
        assertThat(refused.exitCode()).isEqualTo(1);
        assertThat(state(local)).isEqualTo(localBefore);
        assertThat(state(remote)).isEqualTo(remoteBefore);
        assertThat(joinFrom(line, "join", "--name", "free", "--yes").exitCode())
                .as("the invitation was not used up")
                .isZero();
    }

    @Test
    void whatCannotBeMadeThereLeavesNothingHere() throws Exception {
        String line = inviteForHello();
        remote.qair("qube", "create", "Local-Qube");
        var localBefore = state(local);
        Finished refused = joinFrom(line, "join", "--yes");
        assertThat(refused.stderr()).contains("there is another qube `Local-Qube` there");
        assertThat(state(local)).isEqualTo(localBefore);
    }

    @Test
    void anotherHostInBetweenLearnsNothing() throws Exception {
        InvitationLine line = InvitationLine.parse(inviteForHello());
        PublicKey other = SshKeys.generate().getPublic();
        String forged = new InvitationLine(line.address(), line.port(), other, line.secret(), line.expires()).text();
        assertThat(joinFrom(forged, "join").stderr())
                .contains("that is not the host that made the invitation, nothing was told to it");
        assertThat(joinFrom(line.text(), "join", "--yes").exitCode()).isZero();
    }

    @Test
    void aSecretThatNobodyInvitedIsRefused() throws Exception {
        InvitationLine line = InvitationLine.parse(inviteForHello());
        String guessed = new InvitationLine(
                        line.address(), line.port(), line.hostKey(), InvitationSecret.random(), Instant.now())
                .text();
        assertThat(joinFrom(guessed, "join").stderr()).contains("the invitation was used, withdrawn");
        remote.qair("invite", "--relay", "Remote-Relay", "--withdraw");
        assertThat(joinFrom(line.text(), "join").stderr()).contains("the invitation was used, withdrawn");
        assertThat(remote.tryQair("invite", "--relay", "Remote-Relay", "--withdraw")
                        .exitCode())
                .isEqualTo(1);
    }

    @Test
    void invitationsThatCannotBeUsedAreNotMade() throws Exception {
        local.qair("qube", "create", "x");
        assertThat(local.tryQair("invite", "--relay", "x").stderr()).contains("no endpoint of this host is running");
        assertThat(remote.tryQair("invite", "--relay", "r", "--target", "nobody")
                        .stderr())
                .contains("there is no qube `nobody`");
        assertThat(remote.tryQair("invite", "--relay", "r", "--source", "work").stderr())
                .contains("there is another qube `work`");
        assertThat(remote.tryQair("invite", "--relay", "r", "--expires", "8d").stderr())
                .contains("`8d` is no time from 1s to 7d");
        assertThat(remote.tryQair("invite", "--relay", "r", "--source", "-x").stderr())
                .contains("does not start with a letter");
        assertThat(remote.tryQair("invite", "--relay", "r", "--address", "a/b").stderr())
                .contains("name one with --address");
    }

    @Test
    void theLineSaysWhatTheOptionsDo() throws Exception {
        Instant before = Instant.now();
        InvitationLine line = InvitationLine.parse(invite("--address", "relay.example:2200", "--expires", "2h"));
        assertThat(line.address()).isEqualTo("relay.example");
        assertThat(line.port()).isEqualTo(2200);
        assertThat(line.expires())
                .isBetween(before.plusSeconds(7100), Instant.now().plusSeconds(7200));
        Finished drawn = remote.tryQair("invite", "--relay", "b", "--qr");
        assertThat(drawn.stderr()).contains("█").contains("without a --source nobody but the relay itself can call");
        assertThat(InvitationLine.parse(drawn.stdout()).address()).isEqualTo("127.0.0.1");
    }

    @Test
    void theRelayThatIsNamedIsUsedAndStays() throws Exception {
        local.qair("qube", "create", "Local-Relay");
        String key = local.qair("key", "show", "Local-Relay");
        assertThat(joinFrom(inviteForHello(), "join", "--relay", "Local-Relay", "--yes")
                        .exitCode())
                .isZero();
        assertThat(Files.readString(remote.layout.relays().resolve("Remote-Relay.toml")))
                .contains(key.split(" ", -1)[1]);
        assertThat(local.qair("qube", "show", "work")).contains("Local-Relay");
        local.stop();
        Finished parted = local.tryQair("unjoin", "work");
        assertThat(parted.exitCode()).as(parted.stderr()).isZero();
        assertThat(local.qair("qube", "list")).contains("Local-Relay");
        assertThat(local.layout.relayKey(new org.qair.policy.QubeName("Local-Relay")))
                .exists();
        assertThat(remote.layout.relays().resolve("Remote-Relay.toml")).doesNotExist();
    }
}
