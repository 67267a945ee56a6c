package org.qair.channel;

import static java.nio.charset.StandardCharsets.UTF_8;
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
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.qair.channel.unix.Bytes;
import org.qair.channel.unix.UnixPaths;
import org.qair.protocol.Limits;

@Timeout(60)
class SocketVchanTest {
    private static final Duration LONG = Duration.ofSeconds(30);

    @TempDir
    Path directory;

    @Test
    void aClientThatComesFirstFindsTheServer() throws Exception {
        Path path = SocketVchan.path(directory, 7, 0, 513);
        CompletableFuture<SocketChannel> client = CompletableFuture.supplyAsync(() -> connect(path));
        try (SocketVchan.Listener server = SocketVchan.listen(directory, 7, 0, 513);
                SocketChannel accepted = server.accept(LONG);
                SocketChannel connected = client.get()) {
            Bytes.writeFully(connected, ByteBuffer.wrap("hello".getBytes(UTF_8)));
            ByteBuffer seen = ByteBuffer.allocate(5);
            assertThat(Bytes.readFully(accepted, seen)).isTrue();
            assertThat(new String(seen.array(), UTF_8)).isEqualTo("hello");
            assertThat(path).doesNotExist();
        }
    }

    private static SocketChannel connect(Path path) {
        try {
            return SocketVchan.connect(path, LONG);
        } catch (IOException | InterruptedException failure) {
            throw new IllegalStateException(failure);
        }
    }

    @Test
    void theServerIsItsUsersAloneAndReplacesAStaleSocket() throws Exception {
        Path path = SocketVchan.path(directory, 7, 0, 513);
        try (ServerSocketChannel killed = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            killed.bind(UnixPaths.address(path));
        }
        assertThat(path).as("what a killed server leaves").exists();
        try (SocketVchan.Listener server = SocketVchan.listen(directory, 7, 0, 513)) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                    .isEqualTo("rw-------");
            connect(path).close();
            server.accept(LONG).close();
        }
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void nobodyElseMayWriteToAFreshOne() throws Exception {
        Path path = SocketVchan.path(directory, 7, 0, 513);
        try (SocketVchan.Listener _ = SocketVchan.listen(directory, 7, 0, 513)) {
            assertThat(Files.getPosixFilePermissions(path))
                    .doesNotContain(PosixFilePermission.GROUP_WRITE, PosixFilePermission.OTHERS_WRITE);
        }
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void aControlChannelsModeIsNotWhatTheUmaskLeaves() throws Exception {
        try (SocketVchan.Listener _ = SocketVchan.listen(directory, 7, 0, Limits.CONTROL_PORT)) {
            Path path = SocketVchan.path(directory, 7, 0, Limits.CONTROL_PORT);
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                    .isEqualTo("rw-------");
        }
    }

    @Test
    void bothSidesGiveUpAtTheirDeadline() throws Exception {
        Path path = SocketVchan.path(directory, 7, 0, 513);
        assertThatThrownBy(() -> SocketVchan.connect(path, Duration.ofMillis(20)))
                .isInstanceOf(SocketTimeoutException.class)
                .hasMessageContaining(path.toString());
        try (SocketVchan.Listener server = SocketVchan.listen(directory, 7, 0, 513)) {
            assertThatThrownBy(() -> server.accept(Duration.ofMillis(20))).isInstanceOf(SocketTimeoutException.class);
        }
        assertThat(path).doesNotExist();
    }

    @Test
    void aPathThatIsTooLongIsNamed() {
        Path deep = directory.resolve("d".repeat(100));
        assertThatThrownBy(() -> SocketVchan.listen(deep, 7, 0, 513))
                .hasMessageContaining("is too long for a Unix socket")
                .hasMessageContaining("the limit is 107");
    }
}
