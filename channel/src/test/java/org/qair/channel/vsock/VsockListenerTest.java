package org.qair.channel.vsock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.BindException;
import java.net.SocketTimeoutException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.qair.channel.Vchan;

/** What AF_VSOCK does without a guest: ports, waiting, and its end. A kernel without AF_VSOCK has nothing to test here. */
@Timeout(60)
class VsockListenerTest {
    private int port;

    @BeforeEach
    void findAPort() {
        try (VsockSocket socket = VsockSocket.open()) {
            socket.bind(VsockAddress.ANY_PORT);
            port = socket.local().port();
        } catch (IOException none) {
            Assumptions.abort("this kernel has no AF_VSOCK: " + none.getMessage());
        }
    }

    private Vchan.Listener listen() throws IOException {
        return Vsock.towardsHost(Vsock.HOST_CID).listen(7, 0, port);
    }

    @Test
    void aPortIsTakenOnceAndFreeAgainAfterClosing() throws Exception {
        try (Vchan.Listener first = listen()) {
            assertThat(first).isNotNull();
            assertThatThrownBy(this::listen)
                    .isInstanceOf(BindException.class)
                    .hasMessage("vsock port %d is taken".formatted(port));
        }
        listen().close();
    }

    @Test
    void nobodyComesInTime() throws Exception {
        try (Vchan.Listener listener = listen()) {
            assertThatThrownBy(() -> listener.accept(Duration.ofMillis(50)))
                    .isInstanceOf(SocketTimeoutException.class)
                    .hasMessage("nobody connected to vsock port %d within 0 s".formatted(port));
        }
        listen().close();
    }

    @Test
    void closingOrAnInterruptEndsTheWait() throws Exception {
        Vchan.Listener closed = listen();
        FutureTask<SocketChannel> first = waiting(closed);
        closed.close();
        assertThatThrownBy(first::get)
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(AsynchronousCloseException.class);

        Vchan.Listener interrupted = listen();
        CountDownLatch ready = new CountDownLatch(1);
        FutureTask<SocketChannel> second = new FutureTask<>(() -> {
            ready.countDown();
            return interrupted.accept();
        });
        Thread thread = Thread.ofVirtual().start(second);
        ready.await();
        thread.interrupt();
        assertThatThrownBy(second::get)
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(ClosedByInterruptException.class);
        listen().close();
    }

    @Test
    void closingAtAnyMomentOfTheWaitIsTheSame() throws Exception {
        for (int round = 0; round < 2_000; round++) {
            Vchan.Listener listener = listen();
            FutureTask<SocketChannel> wait = waiting(listener);
            listener.close();
            assertThatThrownBy(wait::get).hasCauseInstanceOf(AsynchronousCloseException.class);
        }
    }

    private static FutureTask<SocketChannel> waiting(Vchan.Listener listener) throws InterruptedException {
        CountDownLatch ready = new CountDownLatch(1);
        FutureTask<SocketChannel> task = new FutureTask<>(() -> {
            ready.countDown();
            return listener.accept();
        });
        Thread.ofVirtual().start(task);
        ready.await();
        return task;
    }

    @Test
    void aSocketHasTheAddressThatItWasBoundTo() throws Exception {
        try (VsockSocket socket = VsockSocket.open()) {
            socket.bind(port);
            assertThat(socket.local()).isEqualTo(new VsockAddress(VsockAddress.ANY_CID, port));
            assertThatThrownBy(socket::peer).hasMessageContaining("Transport endpoint is not connected");
        }
    }
}
