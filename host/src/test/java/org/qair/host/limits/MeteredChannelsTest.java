package org.qair.host.limits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.qair.channel.PassingInput;

class MeteredChannelsTest {
    private final List<Integer> told = new ArrayList<>();

    private int most = 1_000;

    private void tell(int bytes) throws IOException {
        told.add(bytes);
        most -= bytes;
        if (most < 0) {
            throw new IOException("too many");
        }
    }

    /** Passes its bytes on in pieces of five. */
    private static final class Fives extends ByteArrayInputStream implements PassingInput {
        Fives(byte[] bytes) {
            super(bytes);
        }

        @Override
        public void passTo(WritableByteChannel to) throws IOException {
            for (byte[] piece = readNBytes(5); piece.length > 0; piece = readNBytes(5)) {
                to.write(ByteBuffer.wrap(piece));
            }
        }
    }

    /** Takes three bytes at a time at most. */
    private static final class Threes extends OutputStream implements WritableByteChannel {
        private final ByteArrayOutputStream taken = new ByteArrayOutputStream();

        @Override
        public void write(int one) {
            taken.write(one);
        }

        @Override
        public int write(ByteBuffer bytes) {
            int count = Math.min(3, bytes.remaining());
            for (int i = 0; i < count; i++) {
                taken.write(bytes.get());
            }
            return count;
        }

        @Override
        public boolean isOpen() {
            return true;
        }
    }

    @Test
    void whatIsPassedOnIsToldAndIsAllOfIt() throws Exception {
        Threes to = new Threes();
        InputStream metered =
                MeteredInput.of(new Fives("hello, world".getBytes(StandardCharsets.US_ASCII)), this::tell);
        assertThat(metered).isInstanceOf(PassingInput.class);
        ((PassingInput) metered).passTo(to);
        assertThat(to.taken).hasToString("hello, world");
        assertThat(told).containsExactly(5, 5, 2);
    }

    @Test
    void whatIsOneByteTooMuchIsNotPassedOn() {
        most = 11;
        Threes to = new Threes();
        InputStream metered =
                MeteredInput.of(new Fives("hello, world".getBytes(StandardCharsets.US_ASCII)), this::tell);
        assertThatThrownBy(() -> ((PassingInput) metered).passTo(to)).hasMessage("too many");
        assertThat(to.taken).hasToString("hello, wor");
    }

    @Test
    void whatIsWrittenToAChannelIsToldAndIsAllOfIt() throws Exception {
        Threes to = new Threes();
        OutputStream metered = MeteredOutput.of(to, this::tell);
        assertThat(metered).isInstanceOf(WritableByteChannel.class);
        assertThat(((WritableByteChannel) metered).write(ByteBuffer.wrap("hello".getBytes(StandardCharsets.US_ASCII))))
                .isEqualTo(5);
        metered.write('!');
        assertThat(to.taken).hasToString("hello!");
        assertThat(told).containsExactly(5, 1);
        most = 1;
        assertThatThrownBy(() -> ((WritableByteChannel) metered)
                        .write(ByteBuffer.wrap("ab".getBytes(StandardCharsets.US_ASCII))))
                .hasMessage("too many");
        assertThat(to.taken).hasToString("hello!");
    }

    @Test
    void whatIsNoChannelStaysAStream() throws Exception {
        ByteArrayOutputStream to = new ByteArrayOutputStream();
        assertThat(MeteredOutput.of(to, this::tell)).isNotInstanceOf(WritableByteChannel.class);
        InputStream metered = MeteredInput.of(new ByteArrayInputStream(new byte[3]), this::tell);
        assertThat(metered).isNotInstanceOf(PassingInput.class);
        assertThat(metered.transferTo(Channels.newOutputStream(Channels.newChannel(to))))
                .isEqualTo(3);
        assertThat(told).containsExactly(3, 0);
    }
}
