package org.qair.channel.unix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.ConnectException;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class UnixPathsTest {
    @TempDir
    Path directory;

    private Path deep;

    @BeforeEach
    void makeDeep() throws Exception {
        deep = Files.createDirectory(directory.resolve("d".repeat(107)));
    }

    @Test
    void a_long_path_through_a_link_is_connected_to() throws Exception {
        Path link = Files.createSymbolicLink(deep.resolve("link"), directory);
        Path socket = directory.resolve("s");
        try (UnixServer server = UnixServer.open(
                        SocketFile.ownerOnly(socket), channel -> Bytes.writeFully(channel, new byte[] {'k'}));
                SocketChannel channel = UnixPaths.connect(link.resolve("s"))) {
            ByteBuffer answer = ByteBuffer.allocate(1);
            assertThat(server.path()).isEqualTo(socket);
            assertThat(Bytes.readFully(channel, answer)).isTrue();
            assertThat(answer.get(0)).isEqualTo((byte) 'k');
        }
    }

    @Test
    void a_long_path_that_leads_nowhere_shorter_says_by_how_much_it_is_too_long() throws Exception {
        Path file = Files.createFile(deep.resolve("s")).toRealPath();
        int length = file.toString().length();
        assertThatThrownBy(() -> UnixPaths.connect(file))
                .hasMessage("`%s` is too long for a Unix socket: %d bytes, the limit is 107", file, length);
    }

    @Test
    void no_socket_is_a_socket_exception_however_long_the_path() {
        assertThatThrownBy(() -> UnixPaths.connect(directory.resolve("s")))
                .isInstanceOf(SocketException.class)
                .hasMessage("No such file or directory");
        assertThatThrownBy(() -> UnixPaths.connect(deep.resolve("s")))
                .isInstanceOf(SocketException.class)
                .hasMessage("No such file or directory");
    }

    @Test
    void nobody_at_the_socket_is_a_connect_exception() throws Exception {
        Path socket = directory.resolve("s");
        ServerSocketChannel killed = SocketFile.ownerOnly(socket).listen(1);
        killed.close();
        assertThat(socket).exists();
        assertThatThrownBy(() -> UnixPaths.connect(socket)).isInstanceOf(ConnectException.class);
    }
}
