package org.qair.exec;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.qair.channel.ServiceChannel;
import org.qair.protocol.MessageType;
import org.qair.protocol.ProtocolVersion;

/** A service on a socket whose caller is at the other end of a data channel. */
@Timeout(60)
class SocketOverChannelTest {
    private static final ByteBuffer END_OF_INPUT = frame(MessageType.DATA_STDIN, "");

    @TempDir
    Path directory;

    private ServerSocketChannel service;
    private SocketChannel caller;
    private ServiceChannel streams;
    private CompletableFuture<Integer> code;

    @BeforeEach
    void call() throws Exception {
        service = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        service.bind(UnixDomainSocketAddress.of(directory.resolve("svc")));
        Path path = directory.resolve("channel");
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(path));
            caller = SocketChannel.open(UnixDomainSocketAddress.of(path));
            streams = ServiceChannel.open(server.accept(), ProtocolVersion.NEWEST, () -> {});
        }
        FileService services = new TestServices(directory).files();
        code = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> {
            try {
                code.complete(services.run(TestServices.call("svc"), streams));
            } catch (Exception failure) {
                code.completeExceptionally(failure);
            }
        });
    }

    @AfterEach
    void close() throws Exception {
        streams.close();
        caller.close();
        service.close();
    }

    @Test
    void endsWithItsServiceThoughItsCallerIsSilent() throws Exception {
        try (SocketChannel served = service.accept()) {
            readDescriptor(served);
        }
        assertThat(code.get()).isZero();
    }

    @Test
    void theEndOfItsOutputIsLeftToThatOfTheCall() throws Exception {
        try (SocketChannel served = service.accept()) {
            readDescriptor(served);
            caller.write(END_OF_INPUT.duplicate());
            assertThat(served.read(ByteBuffer.allocate(1))).isEqualTo(-1);
            served.write(ByteBuffer.wrap("answer".getBytes(StandardCharsets.US_ASCII)));
        }
        assertThat(code.get()).isZero();
        receive(frame(MessageType.DATA_STDOUT, "answer"));
        caller.configureBlocking(false);
        assertThat(caller.read(ByteBuffer.allocate(1))).isZero();
        caller.configureBlocking(true);
        CompletableFuture<Void> exited = CompletableFuture.runAsync(() -> {
            try {
                streams.exit(0);
            } catch (Exception failure) {
                throw new IllegalStateException(failure);
            }
        });
        receive(frame(MessageType.DATA_STDOUT, ""));
        receive(frame(MessageType.DATA_STDERR, ""));
        receive(frame(MessageType.DATA_EXIT_CODE, "\0\0\0\0"));
        caller.close();
        exited.get();
    }

    @Test
    void aServiceThatStillReadsMayEndItsOutput() throws Exception {
        try (SocketChannel served = service.accept()) {
            readDescriptor(served);
            served.shutdownOutput();
            receive(frame(MessageType.DATA_STDOUT, ""));
            caller.write(frame(MessageType.DATA_STDIN, "more"));
            ByteBuffer more = ByteBuffer.allocate(4);
            while (more.hasRemaining()) {
                served.read(more);
            }
            assertThat(more.array()).isEqualTo("more".getBytes(StandardCharsets.US_ASCII));
            caller.write(END_OF_INPUT.duplicate());
            assertThat(served.read(ByteBuffer.allocate(1))).isEqualTo(-1);
        }
        assertThat(code.get()).isZero();
    }

    private static void readDescriptor(SocketChannel served) throws Exception {
        ByteBuffer one = ByteBuffer.allocate(1);
        do {
            served.read(one.clear());
        } while (one.get(0) != 0);
    }

    private void receive(ByteBuffer expected) throws Exception {
        ByteBuffer received = ByteBuffer.allocate(expected.remaining());
        while (received.hasRemaining()) {
            assertThat(caller.read(received)).isPositive();
        }
        assertThat(received.flip()).isEqualTo(expected);
    }

    private static ByteBuffer frame(MessageType type, String body) {
        byte[] bytes = body.getBytes(StandardCharsets.US_ASCII);
        return ByteBuffer.allocate(2 * Integer.BYTES + bytes.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(type.code())
                .putInt(bytes.length)
                .put(bytes)
                .flip();
    }
}
