package org.qair.relay.reverse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.qair.call.Call;
import org.qair.call.CallException;
import org.qair.call.CallId;
import org.qair.call.PlainStreams;
import org.qair.call.UncheckedCall;
import org.qair.channel.CallerChannel;
import org.qair.channel.Cancellation;
import org.qair.channel.RefusedException;
import org.qair.channel.Trigger;
import org.qair.policy.QubeName;
import org.qair.policy.RequestedTarget;
import org.qair.policy.ServiceName;
import org.qair.protocol.Message;
import org.qair.protocol.MessageType;
import org.qair.protocol.TriggerService;
import org.qair.relay.SshTransport;
import org.qair.relay.SshdFixture;
import org.qair.relay.TestSwitchboard;
import org.qair.relay.Tools;
import org.qair.relay.peer.Peer;
import org.qair.relay.peer.RemoteRoute;
import org.qair.relay.peer.RemoteRoutes;
import org.qair.testing.LogLines;

/** Calls from a machine that has a stock {@code sshd} and no Qair host, through a socket that the sshd listens at for the relay. */
@Timeout(240)
class SocketCallTest {
    private static final QubeName RELAY = new QubeName("Own-Relay");
    private static final String[] NO_SFTP = {};

    @TempDir
    Path directory;

    /** The RemoteVMs at the far machine. */
    private final List<QubeName> remotes = new CopyOnWriteArrayList<>(List.of(new QubeName("Far-Qube")));

    private final TestSwitchboard switchboard = new TestSwitchboard();
    private final ByteArrayOutputStream errors = new ByteArrayOutputStream();
    private final Deque<AutoCloseable> opened = new ArrayDeque<>();
    private LogLines log;
    private Path home;

    @SuppressWarnings("NullAway.Init") // by each test, with settings of its own
    private SshdFixture far;

    @SuppressWarnings("NullAway.Init")
    private Peer peer;

    @SuppressWarnings("NullAway.Init")
    private SshTransport near;

    @BeforeEach
    void home() throws IOException {
        log = LogLines.ofAll();
        opened.push(log);
        home = Files.createDirectory(directory.resolve("home"));
    }

    @AfterEach
    void close() throws Exception {
        while (!opened.isEmpty()) {
            opened.pop().close();
        }
    }

    /** The account's home is a directory of the test's. */
    private String[] sftp() {
        return new String[] {"Subsystem sftp internal-sftp -d " + home};
    }

    private void open(String socket, String... settings) throws Exception {
        far = new SshdFixture(directory, "cat; exit 5", settings);
        opened.push(far);
        peer = far.peer();
        near = transport();
        opened.push(near);
        takeCallsBack(socket);
        near.keepOpen(Set.of(peer));
    }

    private SshTransport transport() {
        return new SshTransport(new RemoteRoutes() {
            @Override
            public RemoteRoute find(QubeName relay, QubeName remoteVm) {
                return new RemoteRoute.ToPeer("far", peer);
            }

            @Override
            public Collection<QubeName> at(QubeName relay, Peer asked) {
                return relay.equals(RELAY) && asked.equals(peer) ? remotes : List.of();
            }
        });
    }

    private void takeCallsBack(String socket) {
        near.takeCallsBack(Map.of(peer, new CallsBack(RELAY, socket)), switchboard);
    }

    private Path usual() {
        return home.resolve(CallsBack.USUAL_SOCKET);
    }

    private static boolean takes(Path socket) {
        try (SocketChannel probe = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            return probe.isConnected();
        } catch (IOException notYet) {
            return false;
        }
    }

    private void openAtTheUsualPlace() throws Exception {
        open(CallsBack.USUAL_SOCKET, sftp());
        Tools.until(() -> takes(usual()));
    }

    private boolean isSaid(String... parts) {
        return log.lines().stream().anyMatch(line -> Stream.of(parts).allMatch(line::contains));
    }

    private void awaitSaid(String... parts) {
        Tools.until(() -> isSaid(parts));
    }

    private CallerChannel call(Path socket, String source, String service) throws IOException {
        return Trigger.callInBand(
                socket,
                TriggerService.inBand(source, "Local-Qube", service),
                errors,
                new Cancellation(),
                new IOException("not in band"));
    }

    private String textOf(String source, String service) throws IOException {
        try (CallerChannel call = call(usual(), source, service)) {
            call.stdin().close();
            String text = new String(call.stdout().readAllBytes(), StandardCharsets.UTF_8);
            return text + " " + call.exitCode();
        }
    }

    @Test
    void aCallerIsTheRemoteVmAtThatPeer() throws Exception {
        openAtTheUsualPlace();
        assertThat(textOf("", "describe+7"))
                .contains(
                        "caller=Own-Relay",
                        "requestedSource=Optional[Far-Qube]",
                        "target=Local-Qube",
                        "service=describe+7",
                        "door=reverse",
                        "hops=1")
                .endsWith(" 7");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(usual())))
                .isEqualTo("rw-------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(usual().getParent())))
                .isEqualTo("rwx------");
    }

    @Test
    void bytesCrossBothWaysAndErrorsApart() throws Exception {
        openAtTheUsualPlace();
        byte[] bytes = new byte[3_000_000];
        new Random(5).nextBytes(bytes);
        try (CallerChannel call = call(usual(), "", "echo+3")) {
            Thread sender = Thread.ofVirtual().start(() -> {
                try (var stdin = call.stdin()) {
                    stdin.write(bytes);
                } catch (IOException seenByTheReader) {
                    // the comparison shows it
                }
            });
            assertThat(call.stdout().readAllBytes()).isEqualTo(bytes);
            assertThat(call.exitCode()).isEqualTo(3);
            sender.join();
        }
        assertThat(textOf("", "interleave")).isEqualTo("o".repeat(100) + " 0");
        assertThat(errors.toString(StandardCharsets.UTF_8)).isEqualTo("e".repeat(100));
    }

    /** The exit code is not lost with what the service did not read. */
    @Test
    void aServiceMayEndWhileItsCallerStillSends() throws Exception {
        openAtTheUsualPlace();
        Thread sender;
        try (CallerChannel call = call(usual(), "", "describe+9")) {
            sender = Thread.ofVirtual().start(() -> {
                byte[] chunk = new byte[60_000];
                try {
                    while (true) {
                        call.stdin().write(chunk);
                    }
                } catch (IOException over) {
                    // what was wanted
                }
            });
            assertThat(call.exitCode()).isEqualTo(9);
        }
        sender.join();
    }

    @Test
    void whatIsRefusedSeesItsConnectionClose() throws Exception {
        openAtTheUsualPlace();
        assertThatThrownBy(() -> call(usual(), "", "refused")).isInstanceOf(RefusedException.class);
        assertThat(textOf("", "unknown")).isEqualTo(" 127");
        awaitSaid("peer `far`", "exit code 126", "policy says no");
    }

    @Test
    void whatFailsIsToldFromWhatIsRefused() throws Exception {
        openAtTheUsualPlace();
        assertThat(textOf("", "failed")).isEqualTo(" 125");
        assertThat(errors.toString(StandardCharsets.UTF_8)).isEqualTo("Request failed\n");
        awaitSaid("peer `far`", "exit code 125", "disk is full");
        assertThatThrownBy(() -> call(usual(), "Other-Qube", "failed")).isInstanceOf(RefusedException.class);
    }

    @Test
    void nobodyElseCanBeSpokenFor() throws Exception {
        openAtTheUsualPlace();
        for (String claimed : List.of("Own-Relay", "Local-Qube", "dom0", "Other-Qube", "no name")) {
            assertThatThrownBy(() -> call(usual(), claimed, "describe"))
                    .as(claimed)
                    .isInstanceOf(RefusedException.class);
        }
        remotes.add(new QubeName("Second-Qube"));
        Tools.until(() -> {
            assertThatThrownBy(() -> call(usual(), "", "describe")).isInstanceOf(RefusedException.class);
            return isSaid("peer `far`", "--source-qube", "`Far-Qube`, `Second-Qube`");
        });
        assertThat(textOf("Second-Qube", "describe")).contains("Optional[Second-Qube]");
        remotes.clear();
        assertThatThrownBy(() -> call(usual(), "", "describe")).isInstanceOf(RefusedException.class);
        assertThat(switchboard.admitted).hasSize(1);
    }

    @Test
    void aConnectionThatIsLostEndsItsCallsAndTheSocketComesBack() throws Exception {
        openAtTheUsualPlace();
        try (CallerChannel call = call(usual(), "", "wait")) {
            awaitEvent("started");
            far.kill();
            awaitEvent("interrupted");
            assertThatThrownBy(call::exitCode).isInstanceOf(EOFException.class);
        }
        assertThat(usual()).as("sshd leaves it behind").exists();
        far.restart();
        Tools.until(() -> takes(usual()));
        assertThat(textOf("", "echo+4")).isEqualTo(" 4");
    }

    /** As after a cut that the far sshd has not noticed: its session of before still listens, at a socket without a name. */
    @Test
    void whoAsksLastHasTheSocketAndKeepsItWhenTheOtherEnds() throws Exception {
        openAtTheUsualPlace();
        assertThat(textOf("", "describe")).isNotEmpty();
        TestSwitchboard later = new TestSwitchboard();
        try (SshTransport second = transport()) {
            second.takeCallsBack(Map.of(peer, new CallsBack(RELAY, CallsBack.USUAL_SOCKET)), later);
            second.keepOpen(Set.of(peer));
            Tools.until(() -> reaches(later));
            assertThat(near.connections()).isEqualTo(1);
            near.close();
            Tools.until(() -> near.connections() == 0);
            int before = later.admitted.size();
            assertThat(textOf("", "echo+4")).isEqualTo(" 4");
            assertThat(later.admitted).hasSize(before + 1);
        }
    }

    private boolean reaches(TestSwitchboard there) {
        try (CallerChannel call = call(usual(), "", "describe")) {
            return call.exitCode() == 0 && !there.admitted.isEmpty();
        } catch (IOException betweenTheTwo) {
            return false;
        }
    }

    @Test
    void aCallerThatGoesAwayEndsTheService() throws Exception {
        openAtTheUsualPlace();
        try (CallerChannel _ = call(usual(), "", "wait")) {
            awaitEvent("started");
        }
        awaitEvent("interrupted");
    }

    private void awaitEvent(String event) throws InterruptedException {
        assertThat(switchboard.events.poll(Tools.PATIENCE_SECONDS, TimeUnit.SECONDS))
                .isEqualTo(event);
    }

    @Test
    void whatIsNoCallEndsAloneAndIsNamed() throws Exception {
        openAtTheUsualPlace();
        try (CallerChannel other = call(usual(), "", "gate+5")) {
            awaitEvent("arrived");
            sendUntilSaid("GET / HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII), "message type");
            sendUntilSaid(TriggerService.request("", "Local-Qube", "describe").encode(), "makes a vchan");
            sendUntilSaid(new Message.Hello(4).encode(), "instead of a request");
            switchboard.gate.countDown();
            assertThat(other.exitCode()).isEqualTo(5);
        }
        assertThat(switchboard.admitted).hasSize(1);
    }

    /** More than once, because a peer's warnings are logged once a second. Each time the connection must end. */
    private void sendUntilSaid(byte[] bytes, String words) {
        Tools.until(() -> {
            sendRaw(bytes);
            return isSaid("peer `far`", words);
        });
    }

    private void sendRaw(byte[] bytes) {
        try (SocketChannel connection = SocketChannel.open(UnixDomainSocketAddress.of(usual()))) {
            connection.write(ByteBuffer.wrap(bytes));
            ByteBuffer answer = ByteBuffer.allocate(1);
            assertThat(connection.read(answer)).isEqualTo(-1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void aFrameThatIsNoneEndsTheCall() throws Exception {
        openAtTheUsualPlace();
        try (SocketChannel connection = SocketChannel.open(UnixDomainSocketAddress.of(usual()))) {
            connection.write(ByteBuffer.wrap(
                    TriggerService.inBand("", "Local-Qube", "echo").encode()));
            connection.write(ByteBuffer.wrap(new Message.Hello(4).encode()));
            connection.write(ByteBuffer.wrap(
                    new Message.StreamData(MessageType.DATA_STDOUT, ByteBuffer.wrap(new byte[3])).encode()));
            ByteBuffer all = ByteBuffer.allocate(1 << 16);
            while (connection.read(all) >= 0) {
                // the answer and our HELLO, then the end
            }
            assertThat(all.position()).isEqualTo(8 + 12);
        }
        awaitSaid("peer `far`", "DATA_STDOUT amid its input");
        awaitEvent("lost: a caller sent DATA_STDOUT amid its input");
    }

    @Test
    void manyCallsAtOnceShareTheConnection() throws Exception {
        openAtTheUsualPlace();
        List<CallerChannel> calls = new CopyOnWriteArrayList<>();
        for (int i = 0; i < 100; i++) {
            calls.add(call(usual(), "", "gate+6"));
        }
        for (int i = 0; i < calls.size(); i++) {
            awaitEvent("arrived");
        }
        assertThat(near.connections()).isEqualTo(1);
        switchboard.gate.countDown();
        for (CallerChannel call : calls) {
            assertThat(call.exitCode()).isEqualTo(6);
            call.close();
        }
    }

    @Test
    void aPeerThatMayNotCallBackAnyMoreIsNotListenedTo() throws Exception {
        openAtTheUsualPlace();
        near.takeCallsBack(Map.of(), switchboard);
        Tools.until(() -> !takes(usual()));
        assertThat(near.connections()).isEqualTo(1);
        takeCallsBack(home.resolve("other").toString());
        Tools.until(() -> takes(home.resolve("other")));
        assertThat(takes(usual())).isFalse();
        takeCallsBack(CallsBack.USUAL_SOCKET);
        Tools.until(() -> takes(usual()));
        assertThat(textOf("", "echo+4")).isEqualTo(" 4");
    }

    /** What a relay that is gone leaves behind. */
    private Path stale() throws IOException {
        Path socket = home.resolve("stale");
        ServerSocketChannel.open(StandardProtocolFamily.UNIX)
                .bind(UnixDomainSocketAddress.of(socket))
                .close();
        assertThat(socket).exists();
        return socket;
    }

    @Test
    void withoutSftpALeftOverSocketIsNamedWithWhatToDo() throws Exception {
        Path socket = stale();
        open(socket.toString(), NO_SFTP);
        awaitSaid("peer `far`", "`" + socket + "`", "StreamLocalBindUnlink yes");
        assertThat(takes(socket)).isFalse();
    }

    @Test
    void withoutSftpSshdCanRemoveALeftOverSocket() throws Exception {
        Path socket = stale();
        open(socket.toString(), "StreamLocalBindUnlink yes");
        Tools.until(() -> takes(socket));
    }

    @Test
    void withoutSftpARelativePathLeadsNowhere() throws Exception {
        open(CallsBack.USUAL_SOCKET, NO_SFTP);
        assertThat(state())
                .isInstanceOfSatisfying(
                        FarSocket.Refused.class,
                        refused -> assertThat(refused.fault()).isEqualTo(FarSocket.Fault.HOMELESS));
        awaitSaid("peer `far`", "no sftp", "absolute `reverse-socket`");
    }

    @Test
    void whatIsNoSocketStays() throws Exception {
        Path file = Files.writeString(home.resolve("precious"), "data");
        open(file.toString(), sftp());
        awaitSaid("peer `far`", "`" + file + "` there is no socket");
        assertThat(file).hasContent("data");
    }

    @Test
    void anSshdThatForwardsNothingIsNamedWithWhatToDo() throws Exception {
        open(CallsBack.USUAL_SOCKET, Tools.concat(sftp(), "AllowStreamLocalForwarding no"));
        awaitSaid("peer `far`", "`" + usual() + "`", "AllowStreamLocalForwarding yes");
        assertThat(state())
                .isInstanceOfSatisfying(
                        FarSocket.Refused.class,
                        refused -> assertThat(refused.fault()).isEqualTo(FarSocket.Fault.FORBIDDEN));
        assertThat(switchboard.admitted).extracting(UncheckedCall::service).isEmpty();
    }

    private FarSocket state() throws Exception {
        return near.farSocket(RELAY, new QubeName("Far-Qube"), Duration.ofSeconds(Tools.PATIENCE_SECONDS))
                .orElseThrow();
    }

    @Test
    void whoeverAsksLearnsHowItIsNow() throws Exception {
        Path file = Files.writeString(home.resolve("precious"), "data");
        open(file.toString(), sftp());
        assertThat(state())
                .isInstanceOfSatisfying(
                        FarSocket.Refused.class,
                        refused -> assertThat(refused.fault()).isEqualTo(FarSocket.Fault.OCCUPIED));
        Files.delete(file);
        assertThat(state()).isEqualTo(new FarSocket.Listens(file.toString()));
        assertThat(takes(file)).isTrue();
        near.takeCallsBack(Map.of(), switchboard);
        assertThat(near.farSocket(RELAY, new QubeName("Far-Qube"), Duration.ZERO))
                .isEmpty();
    }

    /** What an sshd allows a connection is settled at its login. */
    @Test
    void aKeyThatMayForwardFromNowOnDoesSoOnTheNextConnection() throws Exception {
        open(CallsBack.USUAL_SOCKET, sftp());
        Tools.until(() -> takes(usual()));
        String key = Files.readString(far.authorizedKeys());
        Files.writeString(far.authorizedKeys(), "restrict " + key);
        far.kill();
        far.restart();
        Tools.until(() -> isSaid("peer `far`", "does not listen", "port-forwarding"));
        assertThat(state()).isInstanceOf(FarSocket.Refused.class);
        Files.writeString(far.authorizedKeys(), "restrict,port-forwarding " + key);
        assertThat(state()).isEqualTo(new FarSocket.Listens(usual().toString()));
        assertThat(textOf("", "echo+4")).isEqualTo(" 4");
    }

    @Test
    void aConnectionWithACallOnItIsNotGivenUpForCallsBack() throws Exception {
        open(CallsBack.USUAL_SOCKET, Tools.concat(sftp(), "AllowStreamLocalForwarding no"));
        assertThat(state()).isInstanceOf(FarSocket.Refused.class);
        PipedOutputStream sent = new PipedOutputStream();
        PipedInputStream echoed = new PipedInputStream();
        CompletableFuture<Integer> code = new CompletableFuture<>();
        PlainStreams streams = new PlainStreams(
                new PipedInputStream(sent), new PipedOutputStream(echoed), new ByteArrayOutputStream());
        Thread.ofVirtual().start(() -> {
            try {
                code.complete(near.run(callOut(), streams));
            } catch (CallException | InterruptedException | RuntimeException cut) {
                code.completeExceptionally(cut);
            }
        });
        sent.write('x');
        sent.flush();
        assertThat(echoed.read()).isEqualTo('x');
        assertThat(state()).isInstanceOf(FarSocket.Refused.class);
        sent.close();
        assertThat(code.get(Tools.PATIENCE_SECONDS, TimeUnit.SECONDS)).isEqualTo(5);
    }

    private static Call callOut() {
        return new Call(
                CallId.random(),
                new QubeName("Local-Qube"),
                Optional.empty(),
                new RequestedTarget.Named(RELAY),
                RELAY,
                new ServiceName(SshTransport.NAME, Optional.of("Far-Qube+test.Cat")),
                Optional.empty());
    }
}
