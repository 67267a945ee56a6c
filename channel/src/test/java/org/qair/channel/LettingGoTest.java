package org.qair.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.io.OutputStream;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.qair.channel.unix.Bytes;
import org.qair.channel.unix.UnixPaths;
import org.qair.policy.QubeName;
import org.qair.protocol.TriggerService;
import org.qair.protocol.VchanAddress;

/** When a caller and its host let go of a data port: not before the caller closes its connection to the trigger socket. */
@Timeout(60)
class LettingGoTest {
    private static final int DOMAIN = 7;

    @TempDir
    Path directory;

    private final BlockingQueue<String> log = new LinkedBlockingQueue<>();
    private final TestSwitchboard switchboard = new TestSwitchboard().with("svc", (call, streams) -> 0);

    /** A host with two ports, 513 and 514. */
    private TriggerSocket open() throws IOException {
        return TriggerSocket.open(
                directory.resolve("agent"),
                PosixFilePermissions.fromString("rw-------"),
                new LocalCaller(new QubeName("work"), DOMAIN, directory),
                switchboard,
                new DataPorts(514, 513),
                log::add);
    }

    private CallerChannel call(Path socket) throws IOException {
        return Trigger.call(
                socket,
                new VchanLocation(DOMAIN, directory),
                TriggerService.request("", "", "svc"),
                OutputStream.nullOutputStream(),
                new Cancellation());
    }

    private SocketChannel send() throws IOException {
        SocketChannel connection = SocketChannel.open(UnixPaths.address(directory.resolve("agent")));
        Bytes.writeFully(
                connection,
                ByteBuffer.wrap(TriggerService.request("", "", "svc").encode()));
        return connection;
    }

    private static int port(SocketChannel connection) throws IOException {
        ByteBuffer answer = ByteBuffer.allocate(VchanAddress.SIZE);
        assertThat(Bytes.readFully(connection, answer)).isTrue();
        return VchanAddress.decode(answer.array()).port();
    }

    /** The caller's part of a call whose port is known, to its exit code and the end of its data channel. */
    private void serve(int port) throws IOException {
        try (SocketVchan.Listener listener = SocketVchan.listen(directory, DOMAIN, 0, port);
                SocketChannel channel = listener.accept(Duration.ofSeconds(30));
                CallerChannel call =
                        CallerChannel.open(channel, Handshake.exchange(channel), OutputStream.nullOutputStream())) {
            assertThat(call.exitCode()).isZero();
        }
    }

    private int portOfAWholeCall() throws IOException {
        try (SocketChannel connection = send()) {
            int port = port(connection);
            serve(port);
            return port;
        }
    }

    @Test
    void aPortIsKeptWhileItsCallerHoldsTheConnection() throws Exception {
        try (TriggerSocket door = open()) {
            assertThat(door).isNotNull();
            try (SocketChannel holding = send()) {
                assertThat(port(holding)).isEqualTo(513);
                serve(513);
                assertThat(portOfAWholeCall()).isEqualTo(514);
                assertThat(portOfTheNextFree()).isEqualTo(514);
            }
            int port;
            do {
                port = portOfTheNextFree(); // the host sees the end of `holding` when it does
            } while (port != 513);
        }
    }

    /** With all ports taken the host closes the connection, until the end of the call before has arrived there. */
    private int portOfTheNextFree() throws IOException {
        while (true) {
            try (SocketChannel connection = send()) {
                ByteBuffer answer = ByteBuffer.allocate(VchanAddress.SIZE);
                if (Bytes.readFully(connection, answer)) {
                    int port = VchanAddress.decode(answer.array()).port();
                    serve(port);
                    return port;
                }
            }
        }
    }

    @Test
    void aCallerThatClosesItsConnectionAfterTheAnswerIsServedToItsEnd() throws Exception {
        try (TriggerSocket door = open()) {
            assertThat(door).isNotNull();
            int port;
            try (SocketChannel connection = send()) {
                port = port(connection);
            }
            serve(port);
            assertThat(portOfTheNextFree()).isEqualTo(514);
            door.close(Duration.ofSeconds(30)); // lets what still runs come to its end
        }
        assertThat(switchboard.abandoned).isEmpty();
        assertThat(log).isEmpty();
    }

    @Test
    void ourCallerHoldsItsConnectionUntilItsChannelIsClosed() throws Exception {
        Path socket = directory.resolve("field");
        try (ServerSocketChannel agent = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            agent.bind(UnixPaths.address(socket));
            CompletableFuture<SocketChannel> answered = new CompletableFuture<>();
            Thread.ofVirtual().start(() -> answer(agent, answered));
            try (CallerChannel call = call(socket)) {
                assertThat(call.exitCode()).isEqualTo(9);
                SocketChannel connection = answered.get();
                connection.configureBlocking(false);
                assertThat(connection.read(ByteBuffer.allocate(1)))
                        .as("open, with nothing to be read")
                        .isZero();
            }
            SocketChannel connection = answered.get();
            connection.configureBlocking(true);
            assertThat(connection.read(ByteBuffer.allocate(1))).isEqualTo(-1);
            connection.close();
        }
    }

    @Test
    void ourCallerIsToldAtOnceWhenWhoAllowedItsCallHasGone() throws Exception {
        Path socket = directory.resolve("field");
        try (ServerSocketChannel agent = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            agent.bind(UnixPaths.address(socket));
            CompletableFuture<Throwable> seen = CompletableFuture.supplyAsync(() -> catchThrowable(() -> call(socket)));
            try (SocketChannel connection = agent.accept()) {
                TriggerRequest.read(connection, Duration.ofSeconds(30));
                Bytes.writeFully(connection, new VchanAddress(0, 513).encode());
                Path listening = SocketVchan.path(directory, DOMAIN, 0, 513);
                Patience.of(Duration.ofSeconds(30))
                        .await(() -> Optional.of(listening).filter(Files::exists));
            }
            assertThat(seen.get()).hasMessageContaining("has gone before it was connected");
        }
        assertThat(SocketVchan.path(directory, DOMAIN, 0, 513)).doesNotExist();
    }

    /** An agent's answer, and a service that ends at once with 9. */
    private void answer(ServerSocketChannel agent, CompletableFuture<SocketChannel> answered) {
        try {
            SocketChannel connection = agent.accept();
            TriggerRequest.read(connection, Duration.ofSeconds(30));
            Bytes.writeFully(connection, ByteBuffer.wrap(new VchanAddress(0, 513).encode()));
            SocketChannel channel =
                    SocketVchan.connect(SocketVchan.path(directory, DOMAIN, 0, 513), Duration.ofSeconds(30));
            try (ServiceChannel service = ServiceChannel.open(channel, Handshake.exchange(channel), () -> {})) {
                answered.complete(connection);
                service.exit(9);
            }
        } catch (IOException | InterruptedException | RuntimeException failure) {
            answered.completeExceptionally(failure);
        }
    }
}
