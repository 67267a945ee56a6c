package org.qair.relay.reverse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.sshd.client.future.OpenFuture;
import org.apache.sshd.common.session.Session;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.qair.policy.QubeName;
import org.qair.relay.SshTransport;
import org.qair.relay.TestSwitchboard;
import org.qair.relay.Tools;
import org.qair.relay.connection.Connector;
import org.qair.relay.connection.PeerSession;

/** What a far {@code sshd} can do by what it answers about sockets and files, and by the channels that it opens. */
@Timeout(120)
class FarFilesTest {
    private static final byte[] VERSION = {0, 0, 0, 5, 2, 0, 0, 0, 3};

    @TempDir
    Path directory;

    private void askHome(byte[] answer, String... said) throws Exception {
        try (LyingSshd far = new LyingSshd(directory, answer);
                Connector connector = new Connector()) {
            PeerSession session = connector.connect(far.peer());
            assertThatThrownBy(() -> {
                        try (FarFiles files = FarFiles.open(session)) {
                            var ignored = files.home();
                        }
                    })
                    .isInstanceOf(IOException.class)
                    .hasMessageContainingAll(said);
            assertThat(session.isOpen()).isTrue();
            assertThat(far.events.poll(Tools.PATIENCE_SECONDS, TimeUnit.SECONDS))
                    .as("the channel is closed")
                    .isNotNull();
        }
    }

    private static byte[] join(byte[] one, byte[] other) {
        byte[] all = java.util.Arrays.copyOf(one, one.length + other.length);
        System.arraycopy(other, 0, all, one.length, other.length);
        return all;
    }

    @Test
    void whatAShellPrintsFirstIsNoAnswer() throws Exception {
        askHome("Welcome to this machine\n".getBytes(StandardCharsets.US_ASCII), "account's shell");
    }

    @Test
    void answersWithoutEndAreNotRead() throws Exception {
        byte[] flood = new byte[64 * 1024];
        java.util.Arrays.fill(flood, (byte) 0x7f);
        askHome(flood, "no packet");
    }

    @Test
    void anAnswerToSomethingElseIsNone() throws Exception {
        askHome(join(VERSION, new byte[] {0, 0, 0, 9, 101, 0, 0, 0, 9, 0, 0, 0, 0}), "request 9, not 1");
        askHome(join(VERSION, new byte[] {0, 0, 0, 9, 101, 0, 0, 0, 1, 0, 0, 0, 4}), "the home");
        askHome(new byte[] {0, 0, 0, 5, 9, 0, 0, 0, 3}, "what answers is none");
    }

    private static SshTransport calledBackOnly() {
        return new SshTransport((relay, remoteVm) -> {
            throw new AssertionError("no call goes this way");
        });
    }

    @Test
    void aSocketThatIsNotWaitedForAnyMoreIsTakenBack() throws Exception {
        String socket = "/asked";
        TestSwitchboard switchboard = new TestSwitchboard();
        try (LyingSshd far = new LyingSshd(directory, VERSION);
                SshTransport near = calledBackOnly()) {
            far.isSilent = true;
            near.takeCallsBack(Map.of(far.peer(), new CallsBack(new QubeName("Own-Relay"), socket)), switchboard);
            near.keepOpen(Set.of(far.peer()));
            assertThat(far.asked.take().isOpen()).isTrue();
            near.takeCallsBack(Map.of(), switchboard);
            assertThat(far.takenBack.poll(Tools.PATIENCE_SECONDS, TimeUnit.SECONDS))
                    .isEqualTo(socket);
        }
    }

    @Test
    void aSocketThatNobodyAskedForIsRefusedAlone() throws Exception {
        String socket = "/asked";
        TestSwitchboard switchboard = new TestSwitchboard();
        try (LyingSshd far = new LyingSshd(directory, VERSION);
                SshTransport near = calledBackOnly()) {
            near.takeCallsBack(Map.of(far.peer(), new CallsBack(new QubeName("Own-Relay"), socket)), switchboard);
            near.keepOpen(Set.of(far.peer()));
            Session session = far.asked.take();
            for (Optional<String> other : List.of(Optional.of("/other"), Optional.of(""), Optional.<String>empty())) {
                OpenFuture refused = far.openFrom(session, other);
                assertThat(refused.await(Duration.ofSeconds(Tools.PATIENCE_SECONDS)))
                        .isTrue();
                assertThat(refused.isOpened()).as("from %s", other).isFalse();
            }
            far.openFrom(session, Optional.of(socket)).verify(Duration.ofSeconds(Tools.PATIENCE_SECONDS));
            near.takeCallsBack(Map.of(), switchboard);
            OpenFuture late = far.openFrom(session, Optional.of(socket));
            assertThat(late.await(Duration.ofSeconds(Tools.PATIENCE_SECONDS))).isTrue();
            assertThat(late.isOpened()).isFalse();
            assertThat(session.isOpen()).isTrue();
        }
    }
}
