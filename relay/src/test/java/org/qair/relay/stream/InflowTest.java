package org.qair.relay.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class InflowTest {
    private final AtomicInteger released = new AtomicInteger();
    private final Inflow inflow = new Inflow(released::addAndGet);

    @Test
    void givesRoomBackOnlyForWhatWasRead() throws IOException {
        inflow.receive(new byte[1000], 0, 1000);
        assertThat(released).hasValue(0);
        assertThat(inflow.read(new byte[300])).isEqualTo(300);
        assertThat(released).hasValue(300);
        assertThat(inflow.available()).isEqualTo(700);
    }

    @Test
    void aClosedReaderDropsAndGivesRoomBack() throws IOException {
        inflow.receive(new byte[10], 0, 10);
        inflow.close();
        inflow.receive(new byte[5], 0, 5);
        assertThat(released).hasValue(15);
        assertThatThrownBy(inflow::read).isInstanceOf(IOException.class);
    }

    @Test
    void aFailureComesAfterTheBytesAndIsNoEnd() throws IOException {
        inflow.receive(new byte[] {7}, 0, 1);
        inflow.fail("gone");
        assertThat(inflow.read()).isEqualTo(7);
        assertThatThrownBy(inflow::read).hasMessage("gone");
    }

    @Test
    void anEndStaysAnEnd() throws IOException {
        inflow.end();
        inflow.fail("too late");
        assertThat(inflow.read()).isEqualTo(-1);
    }

    @Test
    void aReaderWaitsNoLongerThanItIsTold() throws IOException {
        inflow.waitAtMost(Duration.ofMillis(1));
        assertThatThrownBy(inflow::read).isInstanceOf(SocketTimeoutException.class);
        inflow.receive(new byte[] {7}, 0, 1);
        assertThat(inflow.read()).as("what is there is no longer waited for").isEqualTo(7);
        inflow.waitForEver();
        inflow.end();
        assertThat(inflow.read()).isEqualTo(-1);
    }

    @Test
    void anInterruptReleasesTheReader() throws InterruptedException {
        Thread reader = Thread.ofVirtual().start(() -> {
            try {
                inflow.read();
            } catch (IOException interrupted) {
                released.set(-1);
            }
        });
        reader.interrupt();
        reader.join();
        assertThat(released).hasValue(-1);
    }

    @Property(tries = 300)
    void bytesComeOutAsTheyWentIn(
            @ForAll @Size(max = 40) List<@IntRange(min = 0, max = 3000) Integer> steps, @ForAll long seed)
            throws IOException {
        Random random = new Random(seed);
        ByteArrayOutputStream in = new ByteArrayOutputStream();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        AtomicInteger room = new AtomicInteger();
        Inflow tested = new Inflow(room::addAndGet);
        for (int step : steps) {
            byte[] bytes = new byte[step];
            random.nextBytes(bytes);
            tested.receive(bytes, 0, step);
            in.write(bytes);
            byte[] target = new byte[1 + random.nextInt(4000)];
            if (tested.available() > 0) {
                out.write(target, 0, tested.read(target));
            }
        }
        tested.end();
        tested.transferTo(out);
        assertThat(out.toByteArray()).isEqualTo(in.toByteArray());
        assertThat(room).hasValue(in.size());
    }
}
