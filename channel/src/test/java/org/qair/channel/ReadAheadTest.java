package org.qair.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ReadAheadTest {
    @Property(tries = 60)
    void everyByteArrivesInOrderWhateverTheSizes(
            @ForAll long seed,
            @ForAll @IntRange(min = 1, max = 70_000) int put,
            @ForAll @IntRange(min = 1, max = 70_000) int take)
            throws Exception {
        byte[] all = new byte[600_000];
        new Random(seed).nextBytes(all);
        ReadAhead ring = new ReadAhead();
        Thread receiver = Thread.ofVirtual().start(() -> receive(ring, all, put));
        byte[] seen = new byte[all.length];
        int count = 0;
        while (count < seen.length) {
            count += ring.read(seen, count, Math.min(take, seen.length - count));
        }
        assertThat(ring.read()).isEqualTo(-1);
        assertThat(seen).isEqualTo(all);
        assertThat(ring.capacity()).isLessThanOrEqualTo(128 * 1024);
        receiver.join();
    }

    private static void receive(ReadAhead ring, byte[] all, int atOnce) {
        try {
            for (int sent = 0; sent < all.length; ) {
                ByteBuffer room = ring.room();
                int count = Math.min(Math.min(atOnce, room.remaining()), all.length - sent);
                room.put(all, sent, count);
                ring.received(count);
                sent += count;
            }
            ring.end();
        } catch (InterruptedException never) {
            ring.fail(new IOException(never));
        }
    }

    @Test
    void theReceiverWaitsAt128KiBUntilSomethingIsRead() throws Exception {
        ReadAhead ring = new ReadAhead();
        for (int held = 0; held < 128 * 1024; ) {
            int room = ring.room().remaining();
            held += room;
            ring.received(room);
        }
        assertThat(ring.capacity()).isEqualTo(128 * 1024);
        CompletableFuture<Integer> next = CompletableFuture.supplyAsync(() -> roomOf(ring));
        assertThat(next).isNotDone();
        assertThat(ring.read(new byte[100], 0, 100)).isEqualTo(100);
        assertThat(next.get()).isEqualTo(100);
    }

    private static int roomOf(ReadAhead ring) {
        try {
            return ring.room().remaining();
        } catch (InterruptedException never) {
            throw new IllegalStateException(never);
        }
    }

    @Test
    void closingItLetsAFullReceiverDropTheRest() throws Exception {
        ReadAhead ring = new ReadAhead();
        while (ring.capacity() < 128 * 1024 || ring.available() < ring.capacity()) {
            ring.received(ring.room().remaining());
        }
        CompletableFuture<Integer> next = CompletableFuture.supplyAsync(() -> roomOf(ring));
        ring.close();
        assertThat(next.get()).isEqualTo(128 * 1024);
        assertThatThrownBy(() -> ring.read()).hasMessage("the stream is closed");
    }

    @Test
    void whatCameBeforeAFailureIsReadFirst() throws Exception {
        ReadAhead ring = new ReadAhead();
        ring.room().put((byte) 7);
        ring.received(1);
        ring.fail(new IOException("the caller is gone"));
        assertThat(ring.read()).isEqualTo(7);
        assertThatThrownBy(() -> ring.read())
                .hasMessage("the stream was cut off")
                .hasRootCauseMessage("the caller is gone");
    }

    @Test
    void anInterruptedReaderLosesNothing() throws Exception {
        ReadAhead ring = new ReadAhead();
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> ring.read()).isInstanceOf(InterruptedIOException.class);
        assertThat(Thread.interrupted()).isTrue();
        ring.room().put((byte) 1);
        ring.received(1);
        assertThat(ring.read()).isEqualTo(1);
    }
}
