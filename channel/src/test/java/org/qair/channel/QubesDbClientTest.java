package org.qair.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.qair.channel.unix.Bytes;
import org.qair.channel.unix.SocketFile;
import org.qair.channel.unix.UnixServer;
import org.qair.protocol.QubesDbMessage;

/** The client against a server that says what it is told to, as the field's daemon might, or a broken one. */
@Timeout(120)
class QubesDbClientTest {
    @TempDir
    Path directory;

    private interface Talk {
        void with(QubesDbClient client) throws IOException;
    }

    @Test
    void a_change_that_comes_before_or_between_replies_is_kept() throws Exception {
        talk(
                client -> {
                    assertThat(client.multiread("/remote/")).isEqualTo(Map.of("/remote/a", "1", "/remote/b", "2"));
                    assertThat(client.nextChange()).isEqualTo("/x");
                    assertThat(client.nextChange()).isEqualTo("/y");
                },
                QubesDbMessage.of(QubesDbMessage.Type.R_WATCH, "/x"),
                QubesDbMessage.of(QubesDbMessage.Type.R_MULTIREAD, "/remote/a", "1"),
                QubesDbMessage.of(QubesDbMessage.Type.R_WATCH, "/y"),
                QubesDbMessage.of(QubesDbMessage.Type.R_MULTIREAD, "/remote/b", "2"),
                QubesDbMessage.of(QubesDbMessage.Type.R_MULTIREAD, ""));
    }

    @Test
    void an_answer_of_another_kind_is_an_ioexception() throws Exception {
        QubesDbMessage ok = QubesDbMessage.of(QubesDbMessage.Type.OK, "/a");
        QubesDbMessage error = QubesDbMessage.of(QubesDbMessage.Type.ERROR, "/a");
        talk(
                client -> assertThatThrownBy(() -> client.read("/a"))
                        .hasMessage("qubesdb does not read `/a`: it answers OK"),
                ok);
        talk(
                client -> assertThatThrownBy(() -> client.list("/a"))
                        .hasMessage("qubesdb does not list `/a`: it answers OK"),
                ok);
        talk(
                client -> assertThatThrownBy(() -> client.write("/a", "x"))
                        .hasMessage("qubesdb does not write `/a`: it answers ERROR"),
                error);
        talk(
                client -> assertThatThrownBy(() -> client.watch("/a"))
                        .hasMessage("qubesdb does not watch `/a`: it answers ERROR"),
                error);
        talk(
                client -> assertThatThrownBy(() -> client.remove("/a"))
                        .hasMessage("qubesdb does not remove `/a`: it answers ERROR"),
                error);
    }

    @Test
    void a_server_that_leaves_is_an_ioexception() throws Exception {
        talk(client -> assertThatThrownBy(() -> client.read("/a")).hasMessage("qubesdb closed the connection"));
        talk(
                client -> assertThatThrownBy(() -> client.list("/a")).hasMessage("qubesdb closed the connection"),
                QubesDbMessage.of(QubesDbMessage.Type.R_LIST, "/a"));
    }

    @Test
    void a_path_is_checked_before_it_is_sent() throws Exception {
        talk(client -> {
            assertThatThrownBy(() -> client.read("a")).hasMessageStartingWith("`a` is no path");
            assertThatThrownBy(() -> client.read("/" + "a".repeat(63))).hasMessageContaining("at most 63");
        });
    }

    @Test
    void a_long_path_through_a_link_is_connected_to() throws Exception {
        Path deep = Files.createDirectory(directory.resolve("d".repeat(107)));
        Path link = Files.createSymbolicLink(deep.resolve("link"), directory);
        try (UnixServer server = UnixServer.open(SocketFile.ownerOnly(directory.resolve("s")), channel -> {
                    Bytes.readFully(channel, ByteBuffer.allocate(QubesDbMessage.HEADER));
                    Bytes.writeFully(
                            channel,
                            QubesDbMessage.of(QubesDbMessage.Type.NOENT, "/a").encode());
                });
                QubesDbClient client = QubesDbClient.connect(link.resolve("s"))) {
            assertThat(server).isNotNull();
            assertThat(client.read("/a")).isEmpty();
        }
    }

    @Test
    void no_server_is_an_ioexception() {
        assertThatThrownBy(() -> QubesDbClient.connect(directory.resolve("none")))
                .isInstanceOf(IOException.class);
    }

    /** Serves one connection: waits for a request (if one comes), then says all of the answers and closes. */
    private void talk(Talk talk, QubesDbMessage... answers) throws Exception {
        Path path = directory.resolve("s");
        try (UnixServer server = UnixServer.open(SocketFile.ownerOnly(path), channel -> {
                    ByteBuffer header = ByteBuffer.allocate(QubesDbMessage.HEADER);
                    if (Bytes.readFully(channel, header)) {
                        for (QubesDbMessage answer : answers) {
                            Bytes.writeFully(channel, answer.encode());
                        }
                    }
                });
                QubesDbClient client = QubesDbClient.connect(path)) {
            assertThat(server).isNotNull();
            talk.with(client);
        }
    }
}
