package org.qair.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.EOFException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.qair.channel.unix.Bytes;
import org.qair.channel.unix.UnixPaths;
import org.qair.protocol.Header;
import org.qair.protocol.Message;
import org.qair.protocol.MessageType;
import org.qair.protocol.ProtocolException;

@Timeout(60)
class HandshakeTest {
    @TempDir
    Path directory;

    private SocketChannel ours;
    private SocketChannel theirs;

    @BeforeEach
    void connect() throws IOException {
        try (SocketVchan.Listener server = SocketVchan.listen(directory, 7, 0, 513)) {
            theirs = SocketChannel.open(UnixPaths.address(SocketVchan.path(directory, 7, 0, 513)));
            ours = server.accept(Duration.ofSeconds(30));
        }
    }

    @AfterEach
    void close() throws IOException {
        ours.close();
        theirs.close();
    }

    private int exchangeWith(byte[] hello) throws IOException {
        Bytes.writeFully(theirs, ByteBuffer.wrap(hello));
        return Handshake.exchange(ours);
    }

    @Test
    void sendsOursFirstAndTakesTheLowerVersion() throws Exception {
        assertThat(exchangeWith(new Message.Hello(3).encode())).isEqualTo(3);
        ByteBuffer sent = ByteBuffer.allocate(12);
        Bytes.readFully(theirs, sent);
        assertThat(sent.array()).isEqualTo(new Message.Hello(4).encode());
    }

    @Test
    void refusesVersion1AndAnythingElse() throws Exception {
        assertThatThrownBy(() -> exchangeWith(new Message.Hello(1).encode()))
                .isInstanceOf(ProtocolException.class)
                .hasMessageContaining("speaks protocol 1");
    }

    @Test
    void refusesAnotherMessage() {
        assertThatThrownBy(() -> exchangeWith(new Message.ExitCode(0).encode()))
                .hasMessage("the peer sent DATA_EXIT_CODE before its HELLO");
    }

    @Test
    void refusesAHelloOfAnotherLength() {
        byte[] hello = new Message.Hello(4).encode();
        hello[4] = 5;
        assertThatThrownBy(() -> exchangeWith(hello)).hasMessage("HELLO has a body of 5 bytes, it must be 4");
    }

    @Test
    void refusesAPeerThatCloses() throws Exception {
        theirs.close();
        assertThatThrownBy(() -> Handshake.exchange(ours)).isInstanceOf(IOException.class);
    }

    @Test
    void protocol2GetsChunksOf4096() throws Exception {
        FrameWriter writer = new FrameWriter(ours, 2);
        Thread.ofVirtual().start(() -> {
            try {
                writer.write(MessageType.DATA_STDOUT, ByteBuffer.allocate(10_000));
            } catch (IOException failure) {
                throw new IllegalStateException(failure);
            }
        });
        int[] expected = {4096, 4096, 10_000 - 8192};
        for (int length : expected) {
            ByteBuffer head = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
            Bytes.readFully(theirs, head);
            assertThat(Header.decode(head.flip(), 4096)).isEqualTo(new Header(MessageType.DATA_STDOUT, length));
            Bytes.readFully(theirs, ByteBuffer.allocate(length));
        }
    }

    @Test
    void aFrameThatIsTornIsAnErrorNotAnEnd() throws Exception {
        FrameReader frames = new FrameReader(ours, 4);
        Bytes.writeFully(theirs, ByteBuffer.wrap(new byte[] {(byte) 0x90, 1, 0, 0, 9, 0, 0, 0, 'x'}));
        theirs.close();
        assertThat(frames.next()).isTrue();
        assertThat(frames.read(ByteBuffer.allocate(9))).isEqualTo(1);
        assertThatThrownBy(() -> frames.read(ByteBuffer.allocate(8))).isInstanceOf(EOFException.class);
    }

    @Test
    void aRequestThatDoesNotComeIsNotWaitedForForEver() {
        assertThatThrownBy(() -> TriggerRequest.read(ours, Duration.ofMillis(20)))
                .isInstanceOf(SocketTimeoutException.class);
    }
}
