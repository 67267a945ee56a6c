package org.qair.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.qair.protocol.Limits;
import org.qair.protocol.Message;
import org.qair.protocol.MessageType;
import org.qair.protocol.ProtocolException;

@Timeout(60)
class ServiceInputTest {
    private static final int VERSION = 3;

    @TempDir
    private Path directory;

    private SocketChannel ours;
    private SocketChannel theirs;
    private FrameWriter writer;
    private ServiceInput input;
    private final BlockingQueue<IOException> lost = new LinkedBlockingQueue<>();

    @BeforeEach
    void connect() throws IOException {
        Path path = directory.resolve("s");
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(path));
            theirs = SocketChannel.open(UnixDomainSocketAddress.of(path));
            ours = server.accept();
        }
        Files.delete(path);
        writer = new FrameWriter(theirs, VERSION);
        input = new ServiceInput(ours, VERSION, lost::add);
    }

    @AfterEach
    void close() throws IOException {
        ours.close();
        theirs.close();
    }

    private void send(byte[] bytes) throws IOException {
        writer.write(MessageType.DATA_STDIN, ByteBuffer.wrap(bytes));
    }

    private static byte[] random(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    /** What goes on in a thread of its own, with its failure. */
    private interface Step {
        void run() throws Exception;
    }

    private static CompletableFuture<Void> start(Step step) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        Thread.ofPlatform().daemon().start(() -> {
            try {
                step.run();
                done.complete(null);
            } catch (Exception failure) {
                done.completeExceptionally(failure);
            }
        });
        return done;
    }

    @Test
    void passesOnAllOfItWhateverTheFrames() throws Exception {
        byte[] all = random(900_000);
        CompletableFuture<Void> sending = start(() -> {
            Random sizes = new Random(1);
            for (int sent = 0; sent < all.length; ) {
                int count = Math.min(all.length - sent, 1 + sizes.nextInt(Limits.CHUNK));
                writer.write(MessageType.DATA_STDIN, ByteBuffer.wrap(all, sent, count));
                sent += count;
            }
            writer.end(MessageType.DATA_STDIN);
        });
        ByteArrayOutputStream seen = new ByteArrayOutputStream();
        input.passTo(Channels.newChannel(seen));
        sending.get();
        assertThat(seen.toByteArray()).isEqualTo(all);
    }

    @Test
    void afterItsEndThePeersEndIsStillSeen() throws Exception {
        send(new byte[] {1});
        writer.end(MessageType.DATA_STDIN);
        input.passTo(Channels.newChannel(new ByteArrayOutputStream()));
        assertThat(lost).isEmpty();
        assertThat(input.hasEnded()).isTrue();
        theirs.close();
        assertThat(lost.take()).hasMessage("the caller is gone");
        assertThat(input.isLostWithin(Duration.ofMinutes(1))).isTrue();
        assertThat(input.received()).isEqualTo(1);
    }

    @Test
    void anEndBeforeTheEndIsAFailure() throws Exception {
        send(new byte[] {1});
        theirs.close();
        ByteArrayOutputStream seen = new ByteArrayOutputStream();
        assertThatThrownBy(() -> input.passTo(Channels.newChannel(seen))).hasMessage("the caller is gone");
        assertThat(seen.size()).isEqualTo(1);
        assertThat(lost.take()).hasMessage("the caller is gone");
    }

    @Test
    void aMessageThatDoesNotBelongThereIsAFailure() throws Exception {
        theirs.write(ByteBuffer.wrap(new Message.ExitCode(0).encode()));
        assertThatThrownBy(() -> input.passTo(Channels.newChannel(new ByteArrayOutputStream())))
                .isInstanceOf(ProtocolException.class)
                .hasMessage("a caller sent DATA_EXIT_CODE");
        assertThat(lost.take()).isInstanceOf(ProtocolException.class);
    }

    @Test
    void whatNobodyTakesAnyMoreIsDropped() throws Exception {
        CompletableFuture<Void> sending = start(() -> {
            send(random(2_000_000));
            theirs.close();
        });
        WritableByteChannel full = new Taker(() -> {
            throw new IOException("no more");
        });
        assertThatThrownBy(() -> input.passTo(full)).hasMessage("no more");
        assertThat(sending).isNotDone();
        input.close();
        sending.get();
        assertThat(lost.take()).hasMessage("the caller is gone");
    }

    @Test
    void whoeverPassesItOnWhenItIsClosedPassesNothingMore() throws Exception {
        CountDownLatch first = new CountDownLatch(1);
        Taker taker = new Taker(first::countDown);
        CompletableFuture<Void> passing = start(() -> input.passTo(taker));
        send(random(1_000));
        first.await();
        input.close();
        CompletableFuture<Void> sending = start(() -> {
            send(random(2_000_000));
            theirs.close();
        });
        assertThatThrownBy(passing::get).hasRootCauseMessage("the stream is closed");
        sending.get();
        assertThat(lost.take()).hasMessage("the caller is gone");
        assertThat(taker.taken).hasValue(1_000);
    }

    @Test
    void whatSomebodyHasBegunToReadIsPassedOnFromThere() throws Exception {
        byte[] all = random(300_000);
        CompletableFuture<Void> sending = start(() -> {
            send(all);
            writer.end(MessageType.DATA_STDIN);
        });
        ByteArrayOutputStream seen = new ByteArrayOutputStream();
        seen.write(input.read());
        input.passTo(Channels.newChannel(seen));
        sending.get();
        assertThat(seen.toByteArray()).isEqualTo(all);
    }

    /** Does something each time before it takes what it is given. */
    private static final class Taker implements WritableByteChannel {
        private final Before before;
        private final AtomicInteger taken = new AtomicInteger();

        interface Before {
            void run() throws IOException;
        }

        Taker(Before before) {
            this.before = before;
        }

        @Override
        public int write(ByteBuffer from) throws IOException {
            int count = from.remaining();
            taken.addAndGet(count);
            from.position(from.limit());
            before.run();
            return count;
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {}
    }
}
