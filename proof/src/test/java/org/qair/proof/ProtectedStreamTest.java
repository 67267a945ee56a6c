package org.qair.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.UncheckedIOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.qair.call.CallException;
import org.qair.call.PlainStreams;
import org.qair.call.Streams;

class ProtectedStreamTest {
    private static final Executor THREADS = task -> Thread.ofVirtual().start(task);
    private final HostSigner local = Samples.signer();
    private final HostSigner far = Samples.signer();
    private final StreamOffer offer = StreamOffer.create();
    private final SignedStatement statement =
            Samples.state(local, Samples.subject(), Samples.NOON, Optional.of(offer.key()));

    /** What came out at the caller. */
    private static final class Caller {
        final ByteArrayOutputStream stdout = new ByteArrayOutputStream();
        final ByteArrayOutputStream stderr = new ByteArrayOutputStream();

        ProtectedCaller with(StreamOffer offer, SignedStatement statement, HostKey far, byte[] stdin) {
            return new ProtectedCaller(
                    offer, statement, List.of(far), new PlainStreams(new ByteArrayInputStream(stdin), stdout, stderr));
        }
    }

    /** A whole call over two real sockets: `cat`, with a word on stderr and exit code 7. */
    private int call(Path directory, Caller caller, byte[] stdin) throws Exception {
        ProtectedCaller protectedCaller = caller.with(offer, statement, far.key(), stdin);
        try (ServerSocketChannel server = ServerSocketChannel.open(java.net.StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(directory.resolve("relay")));
            try (SocketChannel near = SocketChannel.open(server.getLocalAddress());
                    SocketChannel there = server.accept()) {
                var service = CompletableFuture.runAsync(() -> serve(there), THREADS);
                Streams carried = protectedCaller.streams();
                var up = CompletableFuture.runAsync(() -> copy(carried.stdin(), near), THREADS);
                Channels.newInputStream(near).transferTo(carried.stdout());
                up.join();
                service.join();
            }
        }
        return protectedCaller.exitCode(0);
    }

    private void serve(SocketChannel channel) {
        try {
            ProtectedService service = ProtectedService.open(
                    statement,
                    far,
                    new PlainStreams(
                            Channels.newInputStream(channel),
                            Channels.newOutputStream(channel),
                            OutputStream.nullOutputStream()));
            service.streams().stderr().write("oops".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
            service.streams().stdin().transferTo(service.streams().stdout());
            service.exit(7);
            channel.shutdownOutput();
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        } catch (MalformedProofException malformed) {
            throw new IllegalStateException(malformed);
        }
    }

    private static void copy(InputStream from, SocketChannel to) {
        try {
            from.transferTo(Channels.newOutputStream(to));
            to.shutdownOutput();
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    @Test
    void bytesErrorsAndExitCodeArrive(@TempDir Path directory) throws Exception {
        byte[] sent = new byte[3_000_001];
        new Random(1).nextBytes(sent);
        Caller caller = new Caller();
        assertThat(call(directory, caller, sent)).isEqualTo(7);
        assertThat(caller.stdout.toByteArray()).isEqualTo(sent);
        assertThat(caller.stderr).hasToString("oops");
    }

    @Test
    void nothingSentIsAnEndToo(@TempDir Path directory) throws Exception {
        Caller caller = new Caller();
        assertThat(call(directory, caller, new byte[0])).isEqualTo(7);
        assertThat(caller.stdout.size()).isZero();
    }

    /** What a service's answer looks like on the way, whole. */
    private byte[] answered(String text) throws Exception {
        ByteArrayOutputStream wire = new ByteArrayOutputStream();
        ProtectedService service = ProtectedService.open(
                statement, far, new PlainStreams(InputStream.nullInputStream(), wire, OutputStream.nullOutputStream()));
        service.streams().stdout().write(text.getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        service.exit(0);
        return wire.toByteArray();
    }

    @Test
    void aRelaySeesNoPayload() throws Exception {
        assertThat(new String(answered("attack at dawn"), java.nio.charset.StandardCharsets.ISO_8859_1))
                .doesNotContain("attack");
    }

    @Property(tries = 300)
    void oneChangedBitOrACutEndsTheCallAsFailed(@ForAll int where, @ForAll boolean cut) throws Exception {
        byte[] wire = answered("attack at dawn");
        int bit = Math.floorMod(where, wire.length * 8);
        int length = wire.length;
        if (cut) {
            length = bit / 8;
        } else {
            wire[bit / 8] ^= (byte) (1 << (bit % 8));
        }
        Caller caller = new Caller();
        ProtectedCaller end = caller.with(offer, statement, far.key(), new byte[0]);
        write(end, wire, length);
        assertThatThrownBy(() -> end.exitCode(0)).isInstanceOf(CallException.Failed.class);
        assertThat("attack at dawn").startsWith(caller.stdout.toString(java.nio.charset.StandardCharsets.US_ASCII));
    }

    private static void write(ProtectedCaller end, byte[] wire, int length) {
        try {
            end.streams().stdout().write(wire, 0, length);
        } catch (IOException refused) {
            assertThat(refused.getMessage()).isNotBlank();
        }
    }

    @Test
    void theExitCodeOfTheTransportIsNoEvidence() throws Exception {
        byte[] wire = answered("x");
        ProtectedCaller end = new Caller().with(offer, statement, far.key(), new byte[0]);
        write(end, wire, wire.length);
        assertThat(end.exitCode(99)).isZero();
        ProtectedCaller cut = new Caller().with(offer, statement, far.key(), new byte[0]);
        write(cut, wire, wire.length - 1);
        assertThatThrownBy(() -> cut.exitCode(0)).hasMessageContaining("ended before the service's exit code");
    }

    @Test
    void framesThatAreRepeatedOrExchangedDoNotOpen() throws Exception {
        byte[] wire = answered("x");
        byte[] twice = SignedStatement.concat(
                java.util.Arrays.copyOf(wire, StreamAnswer.SIZE + 4 + 1 + 1 + 16),
                java.util.Arrays.copyOfRange(wire, StreamAnswer.SIZE, wire.length));
        ProtectedCaller end = new Caller().with(offer, statement, far.key(), new byte[0]);
        assertThatThrownBy(() -> end.streams().stdout().write(twice)).hasMessageContaining("frame 1");
        assertThatThrownBy(() -> end.exitCode(0)).hasMessageContaining("frame 1");
    }

    @Test
    void anAnswerOfAnotherHostIsRefused() throws Exception {
        byte[] wire = answered("x");
        ProtectedCaller end =
                new Caller().with(offer, statement, Samples.signer().key(), new byte[0]);
        assertThatThrownBy(() -> end.streams().stdout().write(wire)).hasMessageContaining("pinned key");
        assertThatThrownBy(() -> end.streams().stdin().read()).isInstanceOf(IOException.class);
    }

    @Test
    void anAnswerToAnotherCallIsRefused() throws Exception {
        SignedStatement other = Samples.state(local, Samples.subject(), Samples.NOON, Optional.of(offer.key()));
        byte[] wire = answered("x");
        ProtectedCaller end = new Caller().with(offer, other, far.key(), new byte[0]);
        assertThatThrownBy(() -> end.streams().stdout().write(wire)).hasMessageContaining("pinned key");
    }

    @Test
    void aCallerThatIsCutOffIsNotTakenForItsEnd() throws Exception {
        byte[] half = "half".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        ProtectedCaller end = new Caller().with(offer, statement, far.key(), half);
        ByteArrayOutputStream toCaller = new ByteArrayOutputStream();
        PipedOutputStream relayed = new PipedOutputStream();
        ProtectedService service = ProtectedService.open(
                statement,
                far,
                new PlainStreams(new PipedInputStream(relayed), toCaller, OutputStream.nullOutputStream()));
        Streams carried = end.streams();
        carried.stdout().write(toCaller.toByteArray());
        relayed.write(carried.stdin().readNBytes(Frame.HEADER + 1 + half.length + FrameCipher.TAG));
        relayed.close();
        assertThat(service.streams().stdin().readNBytes(half.length)).isEqualTo(half);
        assertThatThrownBy(() -> service.streams().stdin().read()).hasMessageContaining("cut off before its end");
    }

    @Test
    void aStatementWithoutAnOfferOpensNoStream() {
        SignedStatement plain = Samples.state(local, Samples.subject());
        Streams streams = PlainStreams.none();
        assertThatThrownBy(() -> ProtectedService.open(plain, far, streams))
                .isInstanceOf(MalformedProofException.class)
                .hasMessageContaining("offers no protected stream");
    }

    @Test
    void aKeyThatMakesASecretThatAnybodyKnowsIsRefused() {
        SignedStatement weak =
                Samples.state(local, Samples.subject(), Samples.NOON, Optional.of(new StreamKey("00".repeat(32))));
        Streams streams = PlainStreams.none();
        assertThatThrownBy(() -> ProtectedService.open(weak, far, streams))
                .isInstanceOf(MalformedProofException.class)
                .hasMessageContaining("no secret can be agreed on");
    }

    @Property(tries = 500)
    void anyBytesAreRefusedAndNeverMoreIsHeldThanAFrame(@ForAll byte[] bytes) {
        ProtectedCaller end = new Caller().with(offer, statement, far.key(), new byte[0]);
        write(end, bytes, bytes.length);
        assertThatThrownBy(() -> end.exitCode(0)).isInstanceOf(CallException.Failed.class);
    }

    @Test
    void aHugeLengthIsRefusedBeforeItIsAllocated() throws Exception {
        byte[] wire = answered("x");
        wire[StreamAnswer.SIZE + 3] = (byte) 0x7f;
        ProtectedCaller end = new Caller().with(offer, statement, far.key(), new byte[0]);
        assertThatThrownBy(() -> end.streams().stdout().write(wire)).hasMessageContaining("it has 17 to 65553");
    }
}
