package org.qair.channel.unix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class UnixServerTest {
    @TempDir
    Path directory;

    @Test
    void a_handler_that_fails_ends_its_own_connection() throws Exception {
        Path path = directory.resolve("s");
        try (UnixServer server = UnixServer.open(SocketFile.ownerOnly(path), UnixServerTest::serve)) {
            assertThat(server.path()).isEqualTo(path);
            assertThat(ask(path, "fail")).isEmpty();
            assertThat(ask(path, "throw")).isEmpty();
            assertThat(ask(path, "hello")).isEqualTo("hello");
        }
        assertThat(path).doesNotExist();
    }

    private static void serve(SocketChannel channel) throws IOException {
        String text = new String(Bytes.readAll(channel, 100), StandardCharsets.US_ASCII);
        switch (text) {
            case "fail" -> throw new IOException("failed");
            case "throw" -> throw new IllegalStateException("thrown");
            default -> Bytes.writeFully(channel, text.getBytes(StandardCharsets.US_ASCII));
        }
    }

    @Test
    void closing_ends_every_connection_and_every_handler() throws Exception {
        Path path = directory.resolve("s");
        int count = 20;
        CountDownLatch started = new CountDownLatch(count);
        CountDownLatch ended = new CountDownLatch(count);
        List<SocketChannel> channels = new ArrayList<>();
        try (UnixServer server = UnixServer.open(SocketFile.ownerOnly(path), channel -> {
            started.countDown();
            try {
                new CountDownLatch(1).await();
            } finally {
                ended.countDown();
            }
        })) {
            for (int i = 0; i < count; i++) {
                channels.add(SocketChannel.open(UnixDomainSocketAddress.of(path)));
            }
            assertThat(started.await(60, TimeUnit.SECONDS)).isTrue();
            assertThat(server.path()).exists();
        }
        assertThat(ended.await(60, TimeUnit.SECONDS)).isTrue();
        for (SocketChannel channel : channels) {
            assertThat(channel.read(ByteBuffer.allocate(1))).isEqualTo(-1);
            channel.close();
        }
    }

    @Test
    void the_mode_is_the_one_that_was_asked_for() throws Exception {
        Path path = directory.resolve("s");
        SocketFile file = new SocketFile(
                path, PosixFilePermissions.fromString("rw-rw----"), Optional.of(Files.getOwner(directory)));
        try (UnixServer server = UnixServer.open(file, UnixServerTest::serve)) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(server.path())))
                    .isEqualTo("rw-rw----");
            assertThat(ask(path, "x")).isEqualTo("x");
        }
    }

    @Test
    void a_path_that_is_too_long_is_an_ioexception_and_leaves_nothing() throws Exception {
        Path path = Files.createDirectory(directory.resolve("x".repeat(100))).resolve("s");
        assertThatThrownBy(() -> UnixServer.open(SocketFile.ownerOnly(path), UnixServerTest::serve))
                .isInstanceOf(IOException.class);
        try (var left = Files.list(path.getParent())) {
            assertThat(left).isEmpty();
        }
    }

    @Test
    void a_symlink_at_the_path_is_not_followed() throws Exception {
        Path path = directory.resolve("s");
        Path target = Files.writeString(directory.resolve("target"), "kept");
        Files.createSymbolicLink(path, target);
        assertThatThrownBy(() -> UnixServer.open(SocketFile.ownerOnly(path), UnixServerTest::serve))
                .hasMessageContaining("is there already and is no socket");
        assertThat(target).hasContent("kept");
    }

    @Test
    void a_fifo_at_the_path_is_not_taken_for_a_dead_socket() throws Exception {
        Path path = directory.resolve("s");
        assertThat(new ProcessBuilder("mkfifo", "--", path.toString()).start().waitFor())
                .isZero();
        assertThatThrownBy(() -> UnixServer.open(SocketFile.ownerOnly(path), UnixServerTest::serve))
                .hasMessage("`%s` is there already and is no socket", path);
        assertThat(path).exists();
    }

    @Test
    void two_servers_of_one_directory_start_at_once() throws Exception {
        int count = 20;
        List<Thread> starting = new ArrayList<>();
        List<UnixServer> servers = new CopyOnWriteArrayList<>();
        for (int i = 0; i < count; i++) {
            SocketFile file = SocketFile.ownerOnly(directory.resolve("s" + i));
            starting.add(Thread.ofVirtual().start(() -> {
                try {
                    servers.add(UnixServer.open(file, UnixServerTest::serve));
                } catch (IOException failed) {
                    throw new UncheckedIOException(failed);
                }
            }));
        }
        for (Thread thread : starting) {
            thread.join();
        }
        assertThat(servers).hasSize(count);
        for (UnixServer server : servers) {
            assertThat(ask(server.path(), "x")).isEqualTo("x");
            server.close();
        }
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void bytes_are_read_whole_or_not_at_all() throws Exception {
        Path path = directory.resolve("s");
        try (UnixServer server = UnixServer.open(SocketFile.ownerOnly(path), channel -> {
            ByteBuffer four = ByteBuffer.allocate(4);
            while (Bytes.readFully(channel, four)) {
                Bytes.writeFully(channel, four.array());
                four.clear();
            }
            Bytes.writeFully(channel, "end".getBytes(StandardCharsets.US_ASCII));
        })) {
            assertThat(server).isNotNull();
            assertThat(ask(path, "")).isEqualTo("end");
            assertThat(ask(path, "abcdefgh")).isEqualTo("abcdefghend");
            assertThat(ask(path, "abcde")).isEqualTo("abcd");
        }
    }

    @Test
    void more_bytes_than_the_limit_are_refused() throws Exception {
        Path path = directory.resolve("s");
        try (UnixServer server = UnixServer.open(SocketFile.ownerOnly(path), UnixServerTest::serve)) {
            assertThat(server).isNotNull();
            assertThat(ask(path, "x".repeat(100))).hasSize(100);
            assertThat(ask(path, "x".repeat(101))).isEmpty();
        }
    }

    @Test
    void a_deadline_closes_what_takes_too_long_and_nothing_else() throws Exception {
        Path path = directory.resolve("s");
        CountDownLatch closed = new CountDownLatch(1);
        try (UnixServer server = UnixServer.open(SocketFile.ownerOnly(path), channel -> {
                    try (Deadline _ = new Deadline(Duration.ofMillis(50), channel)) {
                        Bytes.readAll(channel, 100);
                    } catch (IOException late) {
                        closed.countDown();
                        throw late;
                    }
                    Bytes.writeFully(channel, new byte[] {'k'});
                });
                SocketChannel slow = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
            assertThat(server).isNotNull();
            assertThat(closed.await(60, TimeUnit.SECONDS)).isTrue();
            assertThat(slow.read(ByteBuffer.allocate(1))).isEqualTo(-1);
        }
    }

    private static String ask(Path path, String request) throws IOException {
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
            Bytes.writeFully(channel, request.getBytes(StandardCharsets.US_ASCII));
            channel.shutdownOutput();
            return new String(Bytes.readAll(channel, 1_000), StandardCharsets.US_ASCII);
        }
    }
}
