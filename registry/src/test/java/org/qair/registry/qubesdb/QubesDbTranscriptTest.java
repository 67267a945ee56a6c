package org.qair.registry.qubesdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
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
import org.qair.registry.QubeRecord;
import org.qair.registry.Registry;
import org.qair.registry.Transcript;

/** Plays {@code docs/vectors/qubesdb} against the socket, each request on a connection of its own. */
@Timeout(120)
class QubesDbTranscriptTest {
    @TempDir
    Path directory;

    static Stream<Path> transcripts() throws IOException {
        return Transcript.files("qubesdb");
    }

    @ParameterizedTest
    @MethodSource("transcripts")
    void the_bytes_are_those_of_the_transcript(Path transcript) throws Exception {
        assumeThat(ByteOrder.nativeOrder())
                .as("the vectors are of a little-endian machine")
                .isEqualTo(ByteOrder.LITTLE_ENDIAN);
        QubeName relay = new QubeName("sys-relay");
        QubeName far = new QubeName("far");
        Path socket = directory.resolve("s");
        try (Registry registry = Registry.open(directory.resolve("registry.db"))) {
            registry.change(draft -> {
                draft.create(QubeType.AppVM, relay, "red", new UUID(1, 1));
                draft.create(QubeType.RemoteVM, far, "gray", new UUID(1, 2));
                draft.setProperty(far, "relayvm", "sys-relay");
                draft.setProperty(far, "remote_name", "work");
            });
            try (QubesDbSocket server = open(
                    transcript,
                    SocketFile.ownerOnly(socket),
                    registry,
                    registry.snapshot().get(relay))) {
                assertThat(server).isNotNull();
                String played = Transcript.play(
                        transcript, request -> exchange(socket, request), request -> new Watcher(socket, request));
                assertThat(played).isEqualTo(Files.readString(transcript));
            }
        }
    }

    private static QubesDbSocket open(Path transcript, SocketFile socket, Registry registry, QubeRecord qube)
            throws IOException {
        return transcript.endsWith("read-only.txt")
                ? QubesDbSocket.openReadOnly(socket, registry, qube)
                : QubesDbSocket.open(socket, registry, qube);
    }

    /** A connection that stays open. */
    private static final class Watcher implements Transcript.Listener {
        private final SocketChannel channel;

        Watcher(Path socket, byte[] request) throws IOException {
            channel = SocketChannel.open(UnixDomainSocketAddress.of(socket));
            Bytes.writeFully(channel, request);
        }

        @Override
        public byte[] hear(int count) throws IOException {
            ByteBuffer heard = ByteBuffer.allocate(count);
            assertThat(Bytes.readFully(channel, heard)).isTrue();
            return heard.array();
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }

    private static byte[] exchange(Path socket, byte[] request) throws IOException {
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            Bytes.writeFully(channel, request);
            channel.shutdownOutput();
            return Bytes.readAll(channel, 100_000);
        }
    }
}
