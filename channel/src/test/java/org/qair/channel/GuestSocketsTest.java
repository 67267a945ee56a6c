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
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.qair.channel.unix.Bytes;
import org.qair.channel.unix.UnixPaths;

/** The host in directories where guests may do what they like. */
@Timeout(60)
class GuestSocketsTest {
    private static final Duration LONG = Duration.ofSeconds(30);

    @TempDir
    Path root;

    private Path own;
    private GuestSockets seven;
    private GuestSockets eight;

    @BeforeEach
    void make() throws IOException {
        own = Files.createDirectory(root.resolve("own"));
        seven = new GuestSockets(Files.createDirectory(root.resolve("q7")), own);
        eight = new GuestSockets(Files.createDirectory(root.resolve("q8")), own);
    }

    @AfterEach
    void nothingIsLeftInTheHostsOwnDirectory() throws IOException {
        try (Stream<Path> left = Files.list(own)) {
            assertThat(left).isEmpty();
        }
    }

    private static void assertTalk(SocketChannel from, SocketChannel to) throws IOException {
        Bytes.writeFully(from, ByteBuffer.wrap("hello".getBytes(UTF_8)));
        ByteBuffer seen = ByteBuffer.allocate(5);
        assertThat(Bytes.readFully(to, seen)).isTrue();
        assertThat(new String(seen.array(), UTF_8)).isEqualTo("hello");
    }

    @Test
    void aGuestIsReachedWhenItListens() throws Exception {
        CompletableFuture<SocketChannel> connecting = CompletableFuture.supplyAsync(() -> {
            try {
                return seven.connect(7, 0, 513, LONG);
            } catch (IOException | InterruptedException failure) {
                throw new IllegalStateException(failure);
            }
        });
        try (Vchan.Listener guest = SocketVchan.listen(seven.directory(), 7, 0, 513);
                SocketChannel theirs = guest.accept(LONG);
                SocketChannel ours = connecting.get()) {
            assertTalk(ours, theirs);
        }
    }

    @Test
    void oneAttemptIsMadeWhenThereIsNoTime() {
        assertThatThrownBy(() -> seven.connect(7, 0, 512, Duration.ZERO))
                .isInstanceOf(SocketTimeoutException.class)
                .hasMessageContaining("vchan.7.0.512.sock");
    }

    @Test
    void aSocketThatNobodyListensOnAnyMoreIsLikeNone() throws Exception {
        Path path = SocketVchan.path(seven.directory(), 7, 0, 512);
        try (ServerSocketChannel killed = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            killed.bind(UnixPaths.address(path));
        }
        assertThat(path).exists();
        assertThatThrownBy(() -> seven.connect(7, 0, 512, Duration.ZERO)).isInstanceOf(SocketTimeoutException.class);
    }

    @Test
    void whatAGuestPutsThereInsteadOfASocketIsRefusedAndNotFollowed() throws Exception {
        Path elsewhere = Files.createDirectory(root.resolve("host"));
        Path path = SocketVchan.path(seven.directory(), 7, 0, 513);
        try (Vchan.Listener secret = SocketVchan.listen(elsewhere, 1, 0, 1)) {
            assertThat(secret).isNotNull();
            Files.createSymbolicLink(path, SocketVchan.path(elsewhere, 1, 0, 1));
            assertThatThrownBy(() -> seven.connect(7, 0, 513, LONG)).hasMessage("`%s` is no socket", path);
            assertThatThrownBy(() -> seven.share(eight, 7, 0, 513)).hasMessage("`%s` is no socket", path);
            Files.delete(path);
            Path file = Files.writeString(path, "x");
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
            assertThatThrownBy(() -> seven.connect(7, 0, 513, LONG)).hasMessage("`%s` is no socket", path);
            assertThatThrownBy(() -> seven.share(eight, 7, 0, 513)).hasMessage("`%s` is no socket", path);
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                    .isEqualTo("rw-------");
        }
        assertThat(SocketVchan.path(eight.directory(), 7, 0, 513)).doesNotExist();
    }

    @Test
    void theHostListensForAnyUserOfTheGuestAndOnce() throws Exception {
        Path path = SocketVchan.path(seven.directory(), 0, 7, 600);
        Files.createSymbolicLink(path, root.resolve("nowhere"));
        try (Vchan.Listener listener = seven.listen(0, 7, 600)) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                    .isEqualTo("rw-rw-rw-");
            try (SocketChannel guest = SocketVchan.connect(path, LONG);
                    SocketChannel ours = listener.accept(LONG)) {
                assertTalk(guest, ours);
                assertThat(path).doesNotExist();
            }
        }
        assertThat(root.resolve("nowhere")).doesNotExist();
    }

    @Test
    void aDirectoryInTheWayHarmsThatChannelAlone() throws Exception {
        Path path = Files.createDirectory(SocketVchan.path(seven.directory(), 0, 7, 600));
        Files.writeString(path.resolve("x"), "x");
        assertThatThrownBy(() -> seven.listen(0, 7, 600)).isInstanceOf(IOException.class);
        seven.listen(0, 7, 601).close();
    }

    @Test
    void twoGuestsMeetWithoutSeeingEachOthersDirectories() throws Exception {
        assertThat(seven.share(eight, 7, 8, 513)).as("nobody listens yet").isFalse();
        try (Vchan.Listener listener = SocketVchan.listen(seven.directory(), 7, 8, 513)) {
            assertThat(seven.share(eight, 7, 8, 513)).isTrue();
            Path shared = SocketVchan.path(eight.directory(), 7, 8, 513);
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(shared)))
                    .as("for a user of the other guest")
                    .isEqualTo("rw-rw-rw-");
            try (SocketChannel caller = SocketVchan.connect(shared, LONG);
                    SocketChannel server = listener.accept(LONG)) {
                assertTalk(caller, server);
            }
            eight.clear(7, 8, 513);
            assertThat(shared).doesNotExist();
        }
    }

    @Test
    void guestsOfOneDirectoryMeetThere() throws Exception {
        GuestSockets same = new GuestSockets(seven.directory(), own);
        try (Vchan.Listener listener = SocketVchan.listen(seven.directory(), 7, 8, 513)) {
            assertThat(seven.share(same, 7, 8, 513)).isTrue();
            try (SocketChannel caller = SocketVchan.connect(SocketVchan.path(seven.directory(), 7, 8, 513), LONG);
                    SocketChannel server = listener.accept(LONG)) {
                assertTalk(caller, server);
            }
        }
    }
}
