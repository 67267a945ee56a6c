package org.qair.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.qair.call.CallException;
import org.qair.call.Switchboard;
import org.qair.channel.unix.Bytes;
import org.qair.channel.unix.UnixPaths;
import org.qair.policy.QubeName;
import org.qair.protocol.TriggerService;
import org.qair.protocol.VchanAddress;

/** Peers that are not whom they should be, or leave when they should not. */
@Timeout(60)
class TriggerSocketPeersTest {
    @TempDir
    Path directory;

    private final BlockingQueue<String> log = new LinkedBlockingQueue<>();

    private TriggerSocket open(Switchboard switchboard, Function<PeerIdentity, Optional<LocalCaller>> callers)
            throws IOException {
        return TriggerSocket.open(
                directory.resolve("agent"),
                PosixFilePermissions.fromString("rw-------"),
                callers,
                switchboard,
                new DataPorts(),
                log::add);
    }

    private Optional<LocalCaller> work(PeerIdentity peer) {
        return Optional.of(new LocalCaller(new QubeName("work"), 7, directory));
    }

    private SocketChannel send(String service) throws IOException {
        SocketChannel connection = SocketChannel.open(UnixPaths.address(directory.resolve("agent")));
        Bytes.writeFully(
                connection,
                ByteBuffer.wrap(TriggerService.request("", "", service).encode()));
        return connection;
    }

    @Test
    void theUserDecidesWhichQubeCalls() throws Exception {
        String me = System.getProperty("user.name", "");
        TestSwitchboard switchboard = new TestSwitchboard().with("svc", (call, streams) -> 0);
        try (TriggerSocket door =
                open(switchboard, peer -> peer.user().getName().equals(me) ? work(peer) : Optional.empty())) {
            assertThat(door).isNotNull();
            try (CallerChannel call = Trigger.call(
                    directory.resolve("agent"),
                    new VchanLocation(7, directory),
                    TriggerService.request("", "", "svc"),
                    OutputStream.nullOutputStream(),
                    new Cancellation())) {
                assertThat(call.exitCode()).isZero();
            }
        }
        assertThat(switchboard.asked.getFirst().caller()).isEqualTo(new QubeName("work"));
    }

    @Test
    void aUserWhoIsNoQubeIsRefused() throws Exception {
        try (TriggerSocket door = open(new TestSwitchboard(), peer -> Optional.empty());
                SocketChannel connection = send("svc")) {
            assertThat(door).isNotNull();
            assertThat(log.poll(30, TimeUnit.SECONDS)).contains("no qube is this user's");
            assertThatThrownBy(() -> {
                        if (connection.read(ByteBuffer.allocate(8)) < 0) {
                            throw new IOException("closed");
                        }
                    })
                    .isInstanceOf(IOException.class);
        }
    }

    @Test
    void aUserWhoIsAnotherQubeByTheTimeOfTheAnswerGetsNone() throws Exception {
        TestSwitchboard switchboard = new TestSwitchboard().with("svc", (call, streams) -> 0);
        AtomicInteger asked = new AtomicInteger();
        Function<PeerIdentity, Optional<LocalCaller>> callers =
                peer -> Optional.of(new LocalCaller(new QubeName("work"), 7 + asked.getAndIncrement(), directory));
        try (TriggerSocket door = open(switchboard, callers);
                SocketChannel connection = send("svc")) {
            assertThat(door).isNotNull();
            assertThat(switchboard.abandoned.poll(30, TimeUnit.SECONDS))
                    .isEqualTo("the caller was another qube by the time that its call was judged");
            assertThat(connection.read(ByteBuffer.allocate(8))).isNegative();
        }
    }

    @Test
    void aCallerThatHangsUpBeforeTheAnswerWithdrawsItsCall() throws Exception {
        BlockingQueue<String> events = new LinkedBlockingQueue<>();
        Switchboard asksSomebody = call -> {
            events.add("asked");
            try {
                Thread.sleep(Long.MAX_VALUE);
            } catch (InterruptedException withdrawn) {
                events.add("withdrawn");
                throw withdrawn;
            }
            throw new CallException.Refused("never");
        };
        try (TriggerSocket door = open(asksSomebody, this::work)) {
            assertThat(door).isNotNull();
            try (SocketChannel connection = send("svc")) {
                assertThat(connection.isConnected()).isTrue();
                assertThat(events.poll(30, TimeUnit.SECONDS)).isEqualTo("asked");
            }
            assertThat(events.poll(30, TimeUnit.SECONDS)).isEqualTo("withdrawn");
        }
    }

    @Test
    void anotherUserWhoListensInTheCallersPlaceGetsNothing() throws Exception {
        boolean root = (int) Files.getAttribute(Path.of("/proc/self"), "unix:uid") == 0;
        if (!root && System.getenv("CI") != null) {
            throw new AssertionError("this test needs root, and is not skipped in CI");
        }
        Assumptions.assumeTrue(root, "another user's process can only be started by root");
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxrwxrwx"));
        TestSwitchboard switchboard = new TestSwitchboard().with("svc", (call, streams) -> 0);
        try (TriggerSocket door = open(switchboard, this::work);
                SocketChannel connection = send("svc")) {
            assertThat(door).isNotNull();
            ByteBuffer answer = ByteBuffer.allocate(8);
            assertThat(Bytes.readFully(connection, answer)).isTrue();
            int port = VchanAddress.decode(answer.array()).port();
            Process squatter = squat(SocketVchan.path(directory, 7, 0, port));
            try {
                assertThat(switchboard.abandoned.poll(30, TimeUnit.SECONDS))
                        .contains("user `nobody` listens at")
                        .contains("the call came from user `root`");
                assertThat(squatter.getInputStream().readAllBytes())
                        .as("what it received")
                        .isEmpty();
            } finally {
                squatter.destroyForcibly();
            }
        }
        assertThat(switchboard.ends).isEmpty();
    }

    private static Process squat(Path path) throws IOException {
        return new ProcessBuilder(
                        "setpriv",
                        "--reuid=65534",
                        "--regid=65534",
                        "--clear-groups",
                        "socat",
                        "-u",
                        "UNIX-LISTEN:" + path + ",mode=666",
                        "STDOUT")
                .start();
    }

    @Test
    void whatAKilledHostLeftIsReplaced() throws Exception {
        Path socket = directory.resolve("agent");
        try (ServerSocketChannel killed = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            killed.bind(UnixPaths.address(socket));
        }
        Files.createDirectory(directory.resolve(".q")); // killed while it bound
        try (TriggerSocket door = open(new TestSwitchboard(), this::work)) {
            assertThat(door).isNotNull();
            assertThat(socket).exists();
        }
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void aPathThatIsTooLongIsRefusedAtTheStart() {
        Path deep = directory.resolve("d".repeat(107));
        assertThatThrownBy(() -> TriggerSocket.open(
                        deep,
                        PosixFilePermissions.fromString("rw-------"),
                        this::work,
                        new TestSwitchboard(),
                        new DataPorts(),
                        log::add))
                .hasMessageContaining("is too long for a Unix socket");
    }
}
