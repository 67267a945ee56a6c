package org.qair.relay.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import org.apache.sshd.common.future.CancelOption;
import org.apache.sshd.common.io.DefaultIoConnectFuture;
import org.apache.sshd.common.io.IoSession;
import org.apache.sshd.common.io.IoWriteFuture;
import org.apache.sshd.common.util.buffer.ByteArrayBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Two ends of real connections on loopback. */
@Timeout(60)
class SocketIoTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Received atClient = new Received();
    private final Received atServer = new Received();
    private final SocketConnector connector = new SocketConnector(atClient);
    private final SocketAcceptor acceptor = new SocketAcceptor(atServer, Optional.empty());

    private SocketIo client;
    private SocketIo server;

    @BeforeEach
    void connect() throws Exception {
        acceptor.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        client = (SocketIo) dial(acceptor.getBoundAddresses().iterator().next())
                .verify(PATIENCE)
                .getSession();
        server = (SocketIo) atServer.created.take();
    }

    @AfterEach
    void close() {
        connector.close(true);
        acceptor.close(true);
    }

    private DefaultIoConnectFuture dial(SocketAddress address) {
        return (DefaultIoConnectFuture) connector.connect(address, null, null);
    }

    private static IoWriteFuture write(IoSession from, byte[] bytes) throws IOException {
        return from.writeBuffer(new ByteArrayBuffer(bytes));
    }

    private static byte[] random(int size) {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return bytes;
    }

    @Test
    void smallPacketsAreNotHeldBackAtEitherEnd() throws IOException {
        for (SocketIo end : List.of(client, server)) {
            assertThat(end.option(StandardSocketOptions.TCP_NODELAY)).isTrue();
            assertThat(end.option(StandardSocketOptions.SO_KEEPALIVE)).isTrue();
        }
    }

    @Test
    void bytesComeInOrderAndAreOnceToldAsWritten() throws Exception {
        byte[] bytes = random(100_000);
        for (int at = 0; at < bytes.length; at += 1000) {
            var ignored =
                    write(client, Arrays.copyOfRange(bytes, at, at + 1000)).verify(PATIENCE);
        }
        assertThat(atServer.bytes(bytes.length)).isEqualTo(bytes);
        assertThat(write(server, bytes).verify(PATIENCE).isWritten()).isTrue();
        assertThat(atClient.bytes(bytes.length)).isEqualTo(bytes);
    }

    /** Nobody reads until both have sent more than sockets hold: neither thread that reads may have waited for room. */
    @Test
    void twoEndsThatBothSendDoNotWaitForEachOther() throws Exception {
        byte[] bytes = random(8 << 20);
        CountDownLatch sent = new CountDownLatch(1);
        atClient.gate = sent;
        atServer.gate = sent;
        var first = write(client, new byte[1]); // has the reading thread of the server wait
        var second = write(server, new byte[1]);
        IoWriteFuture there = write(client, bytes);
        IoWriteFuture back = write(server, bytes);
        assertThat(there.isDone() || back.isDone()).isFalse();
        sent.countDown();
        assertThat(atServer.bytes(bytes.length + 1)).endsWith(bytes);
        assertThat(atClient.bytes(bytes.length + 1)).endsWith(bytes);
        for (IoWriteFuture future : List.of(first, second, there, back)) {
            assertThat(future.verify(PATIENCE).isWritten()).isTrue();
        }
    }

    @Test
    void whatIsSentTogetherIsReadAtOnceAndInOrder() throws Exception {
        client.together(() -> {
            for (byte i = 0; i < 40; i++) {
                assertThat(write(client, new byte[] {i}).isDone()).isFalse();
            }
        });
        byte[] all = atServer.bytes(40);
        for (byte i = 0; i < 40; i++) {
            assertThat(all[i]).isEqualTo(i);
        }
        assertThat(atServer.messages()).isLessThan(10);
        assertThat(write(client, new byte[1]).verify(PATIENCE).isWritten()).isTrue();
    }

    @Test
    void anotherThreadTakesAlongWhatIsHeldBack() throws Exception {
        client.together(() -> {
            IoWriteFuture held = write(client, new byte[] {1});
            Thread other = Thread.ofPlatform().start(() -> {
                try {
                    var ignored = write(client, new byte[] {2});
                } catch (IOException failed) {
                    throw new AssertionError(failed);
                }
            });
            other.join();
            assertThat(held.verify(PATIENCE).isWritten()).isTrue();
        });
        assertThat(atServer.bytes(2)).containsExactly(1, 2);
    }

    /** As a call's thread that is cancelled while it sends. */
    @Test
    void aThreadThatIsInterruptedDoesNotCloseTheConnection() throws Exception {
        Thread.currentThread().interrupt();
        var written = write(client, new byte[] {1});
        assertThat(Thread.interrupted()).isTrue();
        assertThat(written.verify(PATIENCE).isWritten()).isTrue();
        assertThat(atServer.bytes(1)).containsExactly(1);
        assertThat(client.isOpen()).isTrue();
    }

    @Test
    void aGentleCloseSendsWhatWaits() throws Exception {
        byte[] bytes = random(8 << 20);
        CountDownLatch gate = new CountDownLatch(1);
        atServer.gate = gate;
        var ignored = write(client, bytes);
        var closing = client.close(false);
        assertThat(closing.isClosed()).isFalse();
        gate.countDown();
        assertThat(atServer.bytes(bytes.length)).isEqualTo(bytes);
        atServer.awaitClosed();
        assertThat(closing.await(PATIENCE)).isTrue();
        assertThat(connector.getManagedSessions()).isEmpty();
    }

    @Test
    void anImmediateCloseFailsWhatWaits() throws Exception {
        atServer.gate = new CountDownLatch(1);
        IoWriteFuture waiting = write(client, random(8 << 20));
        var ignored = client.close(true);
        assertThatThrownBy(() -> waiting.verify(PATIENCE)).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> write(client, new byte[1]).verify(PATIENCE)).isInstanceOf(IOException.class);
        atServer.gate.countDown();
        atServer.awaitClosed();
        atClient.awaitClosed();
    }

    @Test
    void anEndThatIsResetEndsTheOther() throws Exception {
        try (Socket raw = new Socket()) {
            raw.connect(acceptor.getBoundAddresses().iterator().next());
            raw.setSoLinger(true, 0); // its close is a reset
        }
        IoSession accepted = atServer.created.take();
        atServer.awaitClosed();
        assertThat(accepted.isOpen()).isFalse();
        assertThat(server.isOpen()).isTrue();
    }

    @Test
    void whateverEndsTheOneWhoReadsEndsTheConnection() throws Exception {
        atServer.bug = true;
        var ignored = write(client, new byte[1]);
        atClient.awaitClosed();
        while (!acceptor.getManagedSessions().isEmpty()) {
            Thread.onSpinWait(); // the client may see the end a moment earlier
        }
    }

    @Test
    void whatIsNotReadYetStaysWhileReadingIsSuspended() throws Exception {
        server.suspendRead();
        var ignored = write(client, random(64 << 20)); // more than any socket holds
        server.resumeRead();
        assertThat(atServer.bytes(64 << 20)).hasSize(64 << 20);
    }

    @Test
    void nobodyThereIsSaid() throws Exception {
        int closed;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            closed = socket.getLocalPort();
        }
        DefaultIoConnectFuture future = dial(new InetSocketAddress(InetAddress.getLoopbackAddress(), closed));
        assertThatThrownBy(() -> future.verify(PATIENCE)).hasRootCauseInstanceOf(ConnectException.class);
    }

    @Test
    void aConnectionThatNobodyWaitsForAnyMoreIsGivenUp() throws Exception {
        try (ServerSocket full = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            for (int i = 0; i < 4; i++) { // as many as wait to be accepted, and one whose answer never comes
                dial(full.getLocalSocketAddress()).await(Duration.ofMillis(1));
            }
            DefaultIoConnectFuture future = dial(full.getLocalSocketAddress());
            assertThatThrownBy(() -> future.verify(Duration.ofMillis(1), CancelOption.CANCEL_ON_TIMEOUT))
                    .isInstanceOf(IOException.class);
            assertThat(future.isCanceled()).isTrue();
            assertThat(future.getCancellation().await(PATIENCE)).isTrue();
            assertThat(future.getCancellation().isCanceled()).isTrue();
        }
    }

    @Test
    void theEndOfTheAcceptorIsTheEndOfItsConnections() throws Exception {
        SocketAddress address = acceptor.getBoundAddresses().iterator().next();
        acceptor.close(true);
        atClient.awaitClosed();
        assertThatThrownBy(() -> dial(address).verify(PATIENCE)).isInstanceOf(IOException.class);
    }
}
