package org.qair.registry.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.qair.channel.unix.Bytes;
import org.qair.channel.unix.SocketFile;
import org.qair.policy.QubeName;
import org.qair.policy.QubeType;
import org.qair.registry.Registry;
import org.qair.registry.Transcript;

/** Plays {@code docs/vectors/admin} against the socket; each file begins with the same registry. */
@Timeout(120)
class TranscriptTest {
    @TempDir
    Path directory;

    static Stream<Path> transcripts() throws IOException {
        return Transcript.files("admin");
    }

    @ParameterizedTest
    @MethodSource("transcripts")
    void the_bytes_are_those_of_the_transcript(Path transcript) throws Exception {
        Path socket = directory.resolve("s");
        try (Registry registry = Registry.open(directory.resolve("registry.db"))) {
            registry.change(draft -> {
                draft.create(QubeType.AppVM, new QubeName("sys-relay"), "red", uuid(1));
                draft.create(QubeType.AppVM, new QubeName("work"), "blue", uuid(2));
                draft.create(QubeType.RemoteVM, new QubeName("far"), "gray", uuid(3));
                draft.setProperty(new QubeName("far"), "relayvm", "sys-relay");
                draft.setProperty(new QubeName("far"), "transport_rpc", "qubesair.SSHProxy");
            });
            AdminApi api =
                    transcript.toString().contains("internal") ? AdminApi.internal(registry) : AdminApi.of(registry);
            try (AdminSocket server = AdminSocket.open(SocketFile.ownerOnly(socket), api)) {
                assertThat(server).isNotNull();
                String played = Transcript.play(transcript, request -> exchange(socket, request));
                assertThat(played).isEqualTo(Files.readString(transcript));
            }
        }
    }

    private static byte[] exchange(Path socket, byte[] request) throws IOException {
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            Bytes.writeFully(channel, request);
            channel.shutdownOutput();
            return Bytes.readAll(channel, 100_000);
        }
    }

    private static UUID uuid(int number) {
        return new UUID(0x1111_2222_3333_4444L, number);
    }
}
