package org.qair.channel.vsock;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.qair.channel.Vchan;
import org.qair.channel.unix.Bytes;
import org.qair.channel.unix.UnixPaths;

/** The host's side of Firecracker's and Cloud Hypervisor's vsock, with a monitor that this test is. */
@Timeout(60)
class HybridVsockTest {
    private static final Duration LONG = Duration.ofSeconds(30);

    @TempDir
    Path directory;

    private final BlockingQueue<String> asked = new LinkedBlockingQueue<>();
    private Path socket = Path.of("unset");
    private HybridVsock vchan = new HybridVsock(socket);
    private ServerSocketChannel monitor;

    @BeforeEach
    void start() throws IOException {
        socket = directory.resolve("v.sock");
        vchan = new HybridVsock(socket);
        monitor = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        monitor.bind(UnixPaths.address(socket));
    }

    @AfterEach
    void stop() throws IOException {
        monitor.close();
    }

    /** Answers one connection to the monitor's socket. */
    private FutureTask<SocketChannel> answer(String answer) {
        FutureTask<SocketChannel> task = new FutureTask<>(() -> {
            SocketChannel connection = monitor.accept();
            asked.add(line(connection));
            Bytes.writeFully(connection, answer.getBytes(US_ASCII));
            if (answer.isEmpty()) {
                connection.close();
            }
            return connection;
        });
        Thread.ofVirtual().start(task);
        return task;
    }

    private static String line(SocketChannel connection) throws IOException {
        StringBuilder line = new StringBuilder();
        ByteBuffer one = ByteBuffer.allocate(1);
        while (connection.read(one.clear()) > 0 && one.get(0) != '\n') {
            line.append((char) one.get(0));
        }
        return line.toString();
    }

    @Test
    void connectsToAPortOfTheGuest() throws Exception {
        FutureTask<SocketChannel> guest = answer("OK 1073741824\nfirst bytes");
        try (SocketChannel channel = vchan.connect(7, 0, 512, LONG);
                SocketChannel far = guest.get()) {
            assertThat(asked.take()).isEqualTo("CONNECT 512");
            ByteBuffer received = ByteBuffer.allocate("first bytes".length());
            assertThat(Bytes.readFully(channel, received)).isTrue();
            assertThat(new String(received.array(), US_ASCII)).isEqualTo("first bytes");
            Bytes.writeFully(channel, new byte[] {5});
            ByteBuffer sent = ByteBuffer.allocate(1);
            assertThat(Bytes.readFully(far, sent)).isTrue();
        }
    }

    @Test
    void triesAgainWhileNobodyListensInTheGuest() throws Exception {
        FutureTask<SocketChannel> task = new FutureTask<>(() -> {
            for (int refused = 0; refused < 3; refused++) {
                try (SocketChannel connection = monitor.accept()) {
                    asked.add(line(connection));
                }
            }
            return answer("OK 1\n").get();
        });
        Thread.ofVirtual().start(task);
        try (SocketChannel channel = vchan.connect(7, 0, 600, LONG);
                SocketChannel far = task.get()) {
            assertThat(channel.isConnected() && far.isConnected()).isTrue();
        }
        assertThat(asked).containsExactly("CONNECT 600", "CONNECT 600", "CONNECT 600", "CONNECT 600");
    }

    @Test
    void somebodyElseInTheMonitorsPlaceIsNotBelieved() throws Exception {
        boolean root = (int) Files.getAttribute(Path.of("/proc/self"), "unix:uid") == 0;
        if (!root && System.getenv("CI") != null) {
            throw new AssertionError("this test needs root, and is not skipped in CI");
        }
        Assumptions.assumeTrue(root, "only root can give a socket away");
        Files.setOwner(
                socket, socket.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName("nobody"));
        assertThatThrownBy(() -> vchan.connect(7, 0, 512, LONG))
                .hasMessage("user `root` listens at `%s`, which is user `nobody`'s".formatted(socket));
        try (Vchan.Listener listener = vchan.listen(0, 7, 513)) {
            assertThat(listener).isNotNull();
            assertThat(Files.getOwner(directory.resolve("v.sock_513"))).hasToString("nobody");
        }
    }

    @Test
    void aGuestThatIsNotThereIsNotThere() throws Exception {
        monitor.close();
        assertThatThrownBy(() -> vchan.connect(7, 0, 512, Duration.ZERO))
                .isInstanceOf(SocketTimeoutException.class)
                .hasMessage("nobody listened at port 512 of `%s` within 0 s".formatted(socket));
        Files.delete(socket);
        assertThatThrownBy(() -> vchan.connect(7, 0, 512, Duration.ZERO)).isInstanceOf(SocketTimeoutException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "NO\n",
                "OK\n",
                "OK 1 2\n",
                "OK -1\n",
                "OK 1\r\n",
                "\n\n",
                "OK 1111111111111111111111111111111111"
            })
    void anAnswerThatIsNoneIsAnError(String answer) throws Exception {
        FutureTask<SocketChannel> monitored = answer(answer);
        assertThatThrownBy(() -> vchan.connect(7, 0, 512, LONG))
                .isInstanceOf(IOException.class)
                .isNotInstanceOf(SocketTimeoutException.class)
                .hasMessageContaining(socket.toString());
        monitored.get().close();
    }

    @Test
    void noLinkIsFollowed() throws Exception {
        Path link = Files.createSymbolicLink(directory.resolve("link"), socket);
        assertThatThrownBy(() -> new HybridVsock(link).connect(7, 0, 512, LONG))
                .hasMessage("`%s` is no socket".formatted(link));
        assertThatThrownBy(() -> new HybridVsock(link).listen(0, 7, 513))
                .hasMessage("`%s` is no socket".formatted(link));
    }

    @Test
    void listensWhereTheMonitorConnectsForTheGuest() throws Exception {
        Path path = directory.resolve("v.sock_513");
        try (Vchan.Listener listener = vchan.listen(0, 7, 513)) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                    .isEqualTo("rw-------");
            assertThat(Files.getOwner(path)).isEqualTo(Files.getOwner(socket));
            try (SocketChannel guest = SocketChannel.open(UnixPaths.address(path));
                    SocketChannel ours = listener.accept(LONG)) {
                Bytes.writeFully(guest, new byte[] {9});
                ByteBuffer one = ByteBuffer.allocate(1);
                assertThat(Bytes.readFully(ours, one)).isTrue();
                assertThat(one.get(0)).isEqualTo((byte) 9);
            }
        }
        assertThat(path).doesNotExist();
    }
}
