package org.qair.channel;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import org.qair.channel.unix.Bytes;
import org.qair.channel.unix.UnixPaths;
import org.qair.protocol.Message;
import org.qair.protocol.MessageType;

/** Whatever bytes a peer sends on any of the sockets, who reads them gets messages, an end or an {@link IOException}. */
class ChannelFuzzTest {
    private static final Duration LONG = Duration.ofSeconds(30);

    /** What reads from a peer. */
    private interface Reader {
        void read(SocketChannel channel) throws IOException, InterruptedException;
    }

    private static void feed(byte[] bytes, Reader reader) throws Exception {
        Path directory = Files.createTempDirectory("qair-fuzz-");
        Path path = directory.resolve("s");
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixPaths.address(path));
            try (SocketChannel peer = SocketChannel.open(UnixPaths.address(path));
                    SocketChannel ours = server.accept()) {
                Bytes.writeFully(peer, ByteBuffer.wrap(bytes));
                peer.shutdownOutput();
                reader.read(ours);
            } catch (IOException refused) {
                assertThat(String.valueOf(refused.getMessage())).matches("\\p{Print}+");
            }
        } finally {
            Files.deleteIfExists(path);
            Files.delete(directory);
        }
    }

    @Property(tries = 150)
    void aTriggerSocket(@ForAll("streams") byte[] bytes) throws Exception {
        feed(bytes, channel -> assertThat(TriggerRequest.read(channel, LONG)).isNotNull());
    }

    @Property(tries = 150)
    void aHandshake(@ForAll("streams") byte[] bytes) throws Exception {
        feed(bytes, channel -> assertThat(Handshake.exchange(channel)).isBetween(2, 4));
    }

    @Property(tries = 150)
    void aControlChannel(@ForAll("streams") byte[] bytes) throws Exception {
        feed(afterHello(bytes), channel -> {
            ControlChannel control = ControlChannel.asAgent(channel);
            Optional<Message> next = control.receive();
            while (next.isPresent()) {
                assertThat(next.get().type().isStream()).isFalse();
                next = control.receive();
            }
        });
    }

    @Property(tries = 150)
    void aCallersDataChannel(@ForAll("streams") byte[] bytes) throws Exception {
        feed(afterHello(bytes), channel -> {
            CallerChannel call =
                    CallerChannel.open(channel, Handshake.exchange(channel), OutputStream.nullOutputStream());
            call.stdout().transferTo(OutputStream.nullOutputStream());
            call.exitCode();
        });
    }

    @Property(tries = 150)
    void aServicesDataChannel(@ForAll("streams") byte[] bytes) throws Exception {
        feed(afterHello(bytes), channel -> {
            try (ServiceChannel service = ServiceChannel.open(channel, Handshake.exchange(channel), () -> {})) {
                service.stdin().transferTo(OutputStream.nullOutputStream());
            }
        });
    }

    @Property(tries = 150)
    void inputThatIsPassedOn(@ForAll("streams") byte[] bytes) throws Exception {
        feed(afterHello(bytes), channel -> {
            try (ServiceChannel service = ServiceChannel.open(channel, Handshake.exchange(channel), () -> {})) {
                ((PassingInput) service.stdin()).passTo(Channels.newChannel(OutputStream.nullOutputStream()));
            }
        });
    }

    private static byte[] afterHello(byte[] bytes) {
        byte[] hello = new Message.Hello(4).encode();
        return ByteBuffer.allocate(hello.length + bytes.length)
                .put(hello)
                .put(bytes)
                .array();
    }

    /** Frames that are mostly well formed, perhaps cut, or just bytes. */
    @Provide
    Arbitrary<byte[]> streams() {
        Arbitrary<Byte> content = Arbitraries.frequencyOf(
                Tuple.of(3, Arbitraries.just((byte) 0)),
                Tuple.of(3, Arbitraries.bytes().between((byte) 'a', (byte) 'c')),
                Tuple.of(1, Arbitraries.bytes()));
        Arbitrary<byte[]> bodies = Arbitraries.of(0, 1, 4, 8, 9, 32, 40, 98, 128, 162, 4097)
                .flatMap(size -> content.array(byte[].class).ofSize(size));
        Arbitrary<byte[]> frames = Combinators.combine(
                        Arbitraries.of(MessageType.class),
                        bodies,
                        Arbitraries.frequency(Tuple.of(9, 0), Tuple.of(1, 1)))
                .as((type, body, lie) -> frame(type.code(), body.length + lie, body));
        Arbitrary<byte[]> noise = Arbitraries.bytes().array(byte[].class).ofMaxSize(40);
        return Arbitraries.frequencyOf(Tuple.of(8, frames), Tuple.of(1, noise))
                .list()
                .ofMaxSize(4)
                .flatMap(parts ->
                        Arbitraries.frequency(Tuple.of(3, 0), Tuple.of(1, 3)).map(cut -> joined(parts, cut)));
    }

    private static byte[] frame(int type, int length, byte[] body) {
        return ByteBuffer.allocate(8 + body.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(type)
                .putInt(length)
                .put(body)
                .array();
    }

    private static byte[] joined(List<byte[]> parts, int cut) {
        int length = parts.stream().mapToInt(part -> part.length).sum();
        ByteBuffer all = ByteBuffer.allocate(length);
        parts.forEach(all::put);
        byte[] kept = new byte[Math.max(0, length - cut)];
        System.arraycopy(all.array(), 0, kept, 0, kept.length);
        return kept;
    }
}
