package org.qair.channel.vsock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.qair.channel.Handshake;
import org.qair.channel.HangupWatch;
import org.qair.channel.ServiceChannel;
import org.qair.channel.unix.Bytes;

/** The channel over a descriptor of ours, with a pair of Unix sockets in the place of AF_VSOCK, which needs a guest. */
@Timeout(60)
class AdoptedSocketTest {
    private static final int SIZE = 4 << 20;

    private static Thread.Builder threads(String kind) {
        return kind.equals("virtual") ? Thread.ofVirtual() : Thread.ofPlatform();
    }

    @ParameterizedTest
    @ValueSource(strings = {"virtual", "platform"})
    void carriesBytesBothWaysAtOnceWhateverThreadsThereAre(String kind) throws Exception {
        byte[] up = new byte[SIZE];
        byte[] down = new byte[SIZE];
        new Random(1).nextBytes(up);
        new Random(2).nextBytes(down);
        try (SocketPair pair = SocketPair.open()) {
            CompletableFuture<byte[]> above = new CompletableFuture<>();
            CompletableFuture<byte[]> below = new CompletableFuture<>();
            threads(kind).start(() -> write(pair.one(), up));
            threads(kind).start(() -> write(pair.other(), down));
            threads(kind).start(() -> read(pair.one(), below));
            threads(kind).start(() -> read(pair.other(), above));
            assertThat(above.get()).isEqualTo(up);
            assertThat(below.get()).isEqualTo(down);
        }
    }

    private static void write(SocketChannel channel, byte[] bytes) {
        try {
            new ByteArrayInputStream(bytes).transferTo(Channels.newOutputStream(channel));
            channel.shutdownOutput();
        } catch (IOException failure) {
            throw new IllegalStateException(failure);
        }
    }

    private static void read(SocketChannel channel, CompletableFuture<byte[]> all) {
        try {
            all.complete(Channels.newInputStream(channel).readAllBytes());
        } catch (IOException failure) {
            all.completeExceptionally(failure);
        }
    }

    @Test
    void waitingReadersTakeNoCarriers() throws Exception {
        List<SocketPair> pairs = new ArrayList<>();
        try {
            CountDownLatch answered = new CountDownLatch(64);
            for (int i = 0; i < 64; i++) { // far more than this machine has carriers
                SocketPair pair = SocketPair.open();
                pairs.add(pair);
                Thread.ofVirtual().start(() -> echo(pair.other(), answered));
            }
            for (SocketPair pair : pairs.reversed()) {
                Bytes.writeFully(pair.one(), new byte[] {7});
                ByteBuffer back = ByteBuffer.allocate(1);
                assertThat(Bytes.readFully(pair.one(), back)).isTrue();
            }
            assertThat(answered.await(30, TimeUnit.SECONDS)).isTrue();
        } finally {
            for (SocketPair pair : pairs) {
                pair.close();
            }
        }
    }

    private static void echo(SocketChannel channel, CountDownLatch answered) {
        try {
            ByteBuffer one = ByteBuffer.allocate(1);
            Bytes.readFully(channel, one);
            Bytes.writeFully(channel, one.flip());
            answered.countDown();
        } catch (IOException failure) {
            throw new IllegalStateException(failure);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"virtual", "platform"})
    void closingEndsAReaderThatWaits(String kind) throws Exception {
        try (SocketPair pair = SocketPair.open()) {
            CountDownLatch reading = new CountDownLatch(1);
            FutureTask<Integer> reader = new FutureTask<>(() -> {
                reading.countDown();
                return pair.one().read(ByteBuffer.allocate(1));
            });
            Thread thread = threads(kind).start(reader);
            reading.await();
            pair.one().close();
            assertThatThrownBy(reader::get)
                    .isInstanceOf(ExecutionException.class)
                    .hasCauseInstanceOf(ClosedChannelException.class);
            thread.join();
            assertThat(pair.other().read(ByteBuffer.allocate(1))).isEqualTo(-1);
        }
    }

    @Test
    void thePeersEndIsNoticed() throws Exception {
        try (SocketPair pair = SocketPair.open()) {
            CountDownLatch gone = new CountDownLatch(1);
            Future<Integer> handshake = greet(pair.other());
            try (ServiceChannel service =
                    ServiceChannel.open(pair.one(), Handshake.exchange(pair.one()), gone::countDown)) {
                assertThat(handshake.get()).isEqualTo(4);
                pair.other().close();
                assertThat(gone.await(30, TimeUnit.SECONDS)).isTrue();
                assertThat(service.isCallerGone()).isTrue();
            }
        }
    }

    private static Future<Integer> greet(SocketChannel channel) {
        FutureTask<Integer> task = new FutureTask<>(() -> Handshake.exchange(channel));
        Thread.ofVirtual().start(task);
        return task;
    }

    @Test
    void descriptorsAreClosedWithTheirChannels() throws Exception {
        int before;
        try (SocketPair pair = SocketPair.open()) {
            before = HangupWatch.descriptor(pair.other());
        }
        for (int i = 0; i < 200; i++) {
            try (SocketPair pair = SocketPair.open()) {
                assertThat(HangupWatch.descriptor(pair.other())).isLessThanOrEqualTo(before + 8);
            }
        }
    }
}
