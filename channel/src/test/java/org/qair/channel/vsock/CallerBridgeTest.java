package org.qair.channel.vsock;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.net.SocketTimeoutException;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.qair.channel.CallerChannel;
import org.qair.channel.Handshake;
import org.qair.channel.ServiceChannel;
import org.qair.channel.SocketVchan;
import org.qair.channel.Vchan;
import org.qair.protocol.VchanAddress;

/** A bridge between two directories of Unix sockets, of which one stands for AF_VSOCK. */
@Timeout(60)
class CallerBridgeTest {
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final int DOMAIN = 7;
    private static final VchanAddress ADDRESS = new VchanAddress(0, 600);

    @TempDir
    Path directory;

    private Vchan inside = SocketVchan.in(Path.of("unset"));
    private Vchan outside = inside;
    private CallerBridge bridge = new CallerBridge(inside, outside, DOMAIN);

    @BeforeEach
    void make() throws IOException {
        inside = SocketVchan.in(Files.createDirectory(directory.resolve("in")));
        outside = SocketVchan.in(Files.createDirectory(directory.resolve("out")));
        bridge = new CallerBridge(inside, outside, DOMAIN);
    }

    private FutureTask<CallerChannel> caller() throws IOException {
        Vchan.Listener listener = inside.listen(DOMAIN, 0, ADDRESS.port());
        FutureTask<CallerChannel> task = new FutureTask<>(() -> {
            SocketChannel channel = listener.accept(LONG);
            return CallerChannel.open(channel, Handshake.exchange(channel), OutputStream.nullOutputStream());
        });
        Thread.ofVirtual().start(task);
        return task;
    }

    @Test
    void carriesACallToItsExitCode() throws Exception {
        try (Closeable waiting = bridge.open(ADDRESS)) {
            assertThat(waiting).isNotNull();
            FutureTask<CallerChannel> calling = caller();
            SocketChannel host = outside.connect(DOMAIN, 0, ADDRESS.port(), LONG);
            ServiceChannel service = ServiceChannel.open(host, Handshake.exchange(host), () -> {});
            FutureTask<Void> ended;
            try (CallerChannel call = calling.get()) {
                call.stdin().write("question".getBytes(UTF_8));
                call.stdin().close();
                assertThat(service.stdin().readAllBytes()).asString(UTF_8).isEqualTo("question");
                FutureTask<Void> ending = new FutureTask<>(() -> {
                    service.stdout().write(new byte[3 << 20]);
                    service.exit(11);
                    return null;
                });
                Thread.ofVirtual().start(ending);
                assertThat(call.stdout().readAllBytes()).hasSize(3 << 20);
                assertThat(call.exitCode()).isEqualTo(11);
                ended = ending;
            }
            ended.get();
        }
    }

    @Test
    void aCallerThatGoesAwayIsGoneForTheHostEvenBehindBytesThatNobodyReads() throws Exception {
        try (Closeable waiting = bridge.open(ADDRESS)) {
            assertThat(waiting).isNotNull();
            FutureTask<CallerChannel> calling = caller();
            SocketChannel host = outside.connect(DOMAIN, 0, ADDRESS.port(), LONG);
            CountDownLatch gone = new CountDownLatch(1);
            try (ServiceChannel service = ServiceChannel.open(host, Handshake.exchange(host), gone::countDown)) {
                CallerChannel call = calling.get();
                FutureTask<Void> flood = new FutureTask<>(() -> {
                    call.stdin().write(new byte[8 << 20]);
                    return null;
                });
                Thread.ofVirtual().start(flood);
                assertThatThrownBy(() -> flood.get(1, TimeUnit.SECONDS))
                        .as("8 MiB fit nowhere")
                        .isInstanceOf(TimeoutException.class);
                call.close();
                assertThat(gone.await(30, TimeUnit.SECONDS)).isTrue();
                assertThat(service.isCallerGone()).isTrue();
            }
        }
    }

    @Test
    void nobodyIsWaitedForOnceItIsClosed() throws Exception {
        bridge.open(ADDRESS).close();
        assertThatThrownBy(() -> outside.connect(DOMAIN, 0, ADDRESS.port(), Duration.ZERO))
                .isInstanceOf(SocketTimeoutException.class);
    }
}
