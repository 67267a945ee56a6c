package org.qair.channel;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.qair.channel.unix.Bytes;
import org.qair.channel.unix.UnixPaths;

/** How a service's side ends its channel with callers that take the exit code in their own way. */
@Timeout(60)
class ServiceChannelTest {
    private static final int STDIN = 0x190;
    private static final int EXIT_CODE = 0x193;
    private static final int VERSION = 3;

    @TempDir
    Path directory;

    private SocketChannel caller;
    private SocketChannel service;

    @BeforeEach
    void connect() throws IOException {
        Path path = directory.resolve("data");
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixPaths.address(path));
            caller = SocketChannel.open(UnixPaths.address(path));
            service = server.accept();
        }
    }

    @AfterEach
    void close() throws IOException {
        caller.close();
        service.close();
    }

    /** A service that reads nothing and ends at once. */
    private Thread exitsWith(int code) {
        return Thread.ofVirtual().start(() -> {
            try (ServiceChannel channel = ServiceChannel.open(service, VERSION, () -> {})) {
                channel.exit(code);
            } catch (IOException | InterruptedException failure) {
                throw new AssertionError(failure);
            }
        });
    }

    private static ByteBuffer frame(int type, int length) {
        return ByteBuffer.allocate(2 * Integer.BYTES + length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(type)
                .putInt(length)
                .clear();
    }

    /** Reads frames up to the exit code. */
    private int exitCode() throws IOException {
        while (true) {
            ByteBuffer head = ByteBuffer.allocate(2 * Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            assertThat(Bytes.readFully(caller, head)).isTrue();
            ByteBuffer body = ByteBuffer.allocate(head.getInt(Integer.BYTES)).order(ByteOrder.LITTLE_ENDIAN);
            assertThat(body.capacity() == 0 || Bytes.readFully(caller, body)).isTrue();
            if (head.getInt(0) == EXIT_CODE) {
                return body.getInt(0);
            }
        }
    }

    @Test
    void aCallerThatIsSendingHasTheExitCodeBeforeTheEndOfTheChannel() throws Exception {
        Thread exits = exitsWith(7);
        assertThat(exitCode()).isEqualTo(7);
        caller.configureBlocking(false);
        ByteBuffer more = frame(STDIN, 64 * 1024 - 8);
        for (int i = 0; i < 2_000; i++) {
            while (more.hasRemaining()) {
                int ignored = caller.write(more);
                assertThat(caller.read(ByteBuffer.allocate(1)))
                        .as("no end while it sends")
                        .isZero();
            }
            more.clear();
        }
        caller.close();
        exits.join();
    }

    @Test
    void oneThatHasEndedItsInputReadsToTheEnd() throws Exception {
        Bytes.writeFully(caller, frame(STDIN, 0));
        Thread exits = exitsWith(3);
        assertThat(exitCode()).isEqualTo(3);
        assertThat(caller.read(ByteBuffer.allocate(1))).isNegative();
        caller.close();
        exits.join();
    }

    @Test
    void oneThatOnlyReadsReadsToTheEndToo() throws Exception {
        Thread exits = exitsWith(4);
        assertThat(exitCode()).isEqualTo(4);
        assertThat(caller.read(ByteBuffer.allocate(1))).isNegative();
        caller.close();
        exits.join();
    }
}
