package org.qair.registry.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.qair.channel.unix.Bytes;
import org.qair.channel.unix.SocketFile;
import org.qair.channel.unix.UnixServer;
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
                String played = Transcript.play(
                        transcript, request -> exchange(socket, request), request -> new OpenRequest(socket, request));
                assertThat(played).isEqualTo(Files.readString(transcript));
            }
        }
    }

    /** The other end: what our client sends and makes of the answers. What it would not say is left out. */
    @ParameterizedTest
    @MethodSource("transcripts")
    void our_client_speaks_the_bytes_of_the_transcript(Path transcript) throws Exception {
        AtomicReference<Transcript.Step> next = new AtomicReference<>();
        AtomicReference<byte[]> received = new AtomicReference<>();
        Path socket = directory.resolve("s");
        try (UnixServer server = UnixServer.open(SocketFile.ownerOnly(socket), channel -> {
            received.set(Bytes.readAll(channel, AdminWire.MAX_REQUEST));
            Bytes.writeFully(channel, next.get().answer());
        })) {
            AdminClient client = new AdminClient(server.path());
            for (Transcript.Step step : Transcript.steps(transcript)) {
                Optional<AdminCall> call = sayable(step.request());
                if (call.isPresent()) {
                    next.set(step);
                    AdminAnswer answer = client.handle(call.get());
                    assertThat(received.get()).isEqualTo(step.request());
                    assertThat(encoded(answer)).isEqualTo(step.answer());
                }
            }
        }
    }

    private static Optional<AdminCall> sayable(byte[] request) {
        try {
            AdminCall call = AdminWire.decodeRequest(request);
            return Optional.of(call).filter(read -> Arrays.equals(AdminWire.encodeRequest(read), request));
        } catch (BrokenMessageException unsayable) {
            return Optional.empty();
        }
    }

    private static byte[] encoded(AdminAnswer answer) {
        return switch (answer) {
            case AdminAnswer.Ok ok -> AdminWire.encode(ok);
            case AdminAnswer.Failure failure -> AdminWire.encode(failure);
            case AdminAnswer.Malformed malformed -> new byte[0];
            case AdminAnswer.Events events -> throw new IllegalStateException("a stream");
        };
    }

    /** A listener for events; when it closes, nothing may be left unread. */
    private static final class OpenRequest implements Transcript.Listener {
        private final SocketChannel channel;

        OpenRequest(Path socket, byte[] request) throws IOException {
            channel = SocketChannel.open(UnixDomainSocketAddress.of(socket));
            Bytes.writeFully(channel, request);
            channel.shutdownOutput();
        }

        @Override
        public byte[] hear(int count) throws IOException {
            ByteBuffer heard = ByteBuffer.allocate(count);
            assertThat(Bytes.readFully(channel, heard)).isTrue();
            return heard.array();
        }

        @Override
        public void close() throws IOException {
            channel.configureBlocking(false);
            assertThat(channel.read(ByteBuffer.allocate(1)))
                    .as("bytes that the transcript does not have")
                    .isZero();
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

    private static UUID uuid(int number) {
        return new UUID(0x1111_2222_3333_4444L, number);
    }
}
