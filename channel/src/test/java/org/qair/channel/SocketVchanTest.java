package org.qair.channel;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.EOFException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Arrays;
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
        assertThat(SocketVchan.CONNECT_LIMIT).as("the field's").isEqualTo(Duration.ofMinutes(2));
    }

    /** A listener that waits as long as the other end of a connection lives, and that other end. */
    private record Waiting(SocketVchan.Listener listener, SocketChannel life, SocketChannel otherEnd)
            implements AutoCloseable {
        SocketChannel accept() throws IOException {
            return listener.accept(LONG, life);
        }

        @Override
        public void close() throws IOException {
            try (listener;
                    life) {
                otherEnd.close();
            }
        }
    }

    private Waiting waiting() throws IOException {
        Path path = directory.resolve("life");
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixPaths.address(path));
            SocketChannel life = SocketChannel.open(UnixPaths.address(path));
            return new Waiting(SocketVchan.listen(directory, 7, 0, 513), life, server.accept());
        } finally {
            Files.delete(path);
        }
    }

    @Test
    void aWaitEndsWithTheConnectionThatItHangsOn() throws Exception {
        try (Waiting waiting = waiting()) {
            waiting.otherEnd().close();
            assertThatThrownBy(waiting::accept).isInstanceOf(EOFException.class);
        }
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void aClientThatWasThereBeforeThatEndIsTaken() throws Exception {
        try (Waiting waiting = waiting();
                SocketChannel client = connect(SocketVchan.path(directory, 7, 0, 513))) {
            waiting.otherEnd().close();
            try (SocketChannel accepted = waiting.accept()) {
                Bytes.writeFully(accepted, new byte[] {1});
                assertThat(Bytes.readFully(client, ByteBuffer.allocate(1))).isTrue();
            }
        }
    }

    @Test
    void closingItOrAnInterruptEndsSuchAWait() throws Exception {
        try (Waiting waiting = waiting()) {
            CompletableFuture<Throwable> failure = new CompletableFuture<>();
            Thread waiter = Thread.ofPlatform().start(() -> failure.complete(catchThrowable(waiting::accept)));
            awaitSelect(waiter);
            waiting.listener().close();
            assertThat(failure.get()).isInstanceOf(ClosedChannelException.class);
        }
        try (Waiting waiting = waiting()) {
            CompletableFuture<Throwable> failure = new CompletableFuture<>();
            Thread waiter = Thread.ofPlatform().start(() -> failure.complete(catchThrowable(waiting::accept)));
            awaitSelect(waiter);
            waiter.interrupt();
            assertThat(failure.get()).isInstanceOf(ClosedByInterruptException.class);
        }
    }

    private static void awaitSelect(Thread waiter) {
        while (Arrays.stream(waiter.getStackTrace())
                .noneMatch(frame -> frame.getMethodName().equals("select"))) {
            Thread.onSpinWait();
        }
    }

    @Test
    void aPathThatIsTooLongIsNamed() {
        Path deep = directory.resolve("d".repeat(100));
        assertThatThrownBy(() -> SocketVchan.listen(deep, 7, 0, 513))
                .hasMessageContaining("is too long for a Unix socket")
                .hasMessageContaining("the limit is 107");
    }
}
