package org.qair.relay.reverse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.qair.protocol.Limits;
import org.qair.protocol.Message;
import org.qair.protocol.MessageType;
import org.qair.protocol.ProtocolException;
import org.qair.protocol.TriggerService;

/** What a caller may send on a connection that carries its own data, and what it may not. */
class InBandInputTest {
    private static final TriggerService REQUEST = TriggerService.inBand("a", "b", "c+d");

    private final List<ProtocolException> broken = new ArrayList<>();

    private InBandInput input(byte[] bytes) {
        return new InBandInput(new ByteArrayInputStream(bytes), broken::add);
    }

    private static byte[] stdin(byte... bytes) {
        return new Message.StreamData(MessageType.DATA_STDIN, ByteBuffer.wrap(bytes)).encode();
    }

    private static byte[] join(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    private InBandInput begun(byte[]... frames) throws IOException {
        InBandInput input = input(join(REQUEST.encode(), new Message.Hello(3).encode(), join(frames)));
        assertThat(input.request()).hasValue(REQUEST);
        assertThat(input.hello()).isEqualTo(3);
        return input;
    }

    @Test
    void readsFramesAsOneStreamToItsEnd() throws IOException {
        InBandInput input = begun(stdin((byte) 1, (byte) 2), stdin((byte) 3), stdin(), stdin((byte) 4));
        assertThat(input.read()).isEqualTo(1);
        assertThat(input.readAllBytes()).containsExactly(2, 3);
        assertThat(input.read()).isEqualTo(-1);
        assertThat(broken).isEmpty();
    }

    @Test
    void anEndWithoutAWordIsNone() throws IOException {
        assertThatThrownBy(() -> begun(stdin((byte) 1)).readAllBytes()).isInstanceOf(EOFException.class);
        byte[] torn = stdin((byte) 1, (byte) 2);
        assertThatThrownBy(() ->
                        begun(java.util.Arrays.copyOf(torn, torn.length - 1)).readAllBytes())
                .isInstanceOf(EOFException.class);
        assertThat(input(new byte[0]).request()).isEmpty();
        assertThat(broken).isEmpty();
    }

    @Test
    void whatIsNoFrameOfInputIsSaidOnce() throws IOException {
        InBandInput input = begun(new Message.ExitCode(0).encode());
        assertThatThrownBy(input::read).isInstanceOf(ProtocolException.class).hasMessageContaining("DATA_EXIT_CODE");
        assertThat(broken).hasSize(1);
    }

    @Test
    void aFrameLongerThanTheVersionAllowsIsRefusedBeforeItIsRead() throws IOException {
        byte[] header = ByteBuffer.allocate(Limits.HEADER)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(MessageType.DATA_STDIN.code())
                .putInt(Limits.CHUNK + 1)
                .array();
        assertThatThrownBy(() -> begun(header).read()).isInstanceOf(ProtocolException.class);
        assertThatThrownBy(() -> input(header).request()).isInstanceOf(ProtocolException.class);
    }

    @Test
    void aRequestForAVchanIsRefused() {
        assertThatThrownBy(() ->
                        input(TriggerService.request("", "b", "c").encode()).request())
                .isInstanceOf(ProtocolException.class)
                .hasMessageContaining("vchan");
    }

    /** Any bytes in place of some of a good conversation are read to their end, or refused as what they are. */
    @Property(tries = 2_000)
    void anyBytesEndInOneOfFewWays(@ForAll @Size(max = 64) byte[] bytes, @ForAll int at, @ForAll boolean whole) {
        byte[] good = join(REQUEST.encode(), new Message.Hello(4).encode(), stdin((byte) 1, (byte) 2), stdin());
        byte[] sent = whole ? bytes : good;
        if (!whole) {
            int from = Math.floorMod(at, good.length);
            System.arraycopy(bytes, 0, sent, from, Math.min(bytes.length, good.length - from));
        }
        InBandInput input = input(sent);
        try {
            if (input.request().isPresent()) {
                assertThat(input.hello()).isBetween(2, 4);
                assertThat(input.readAllBytes()).hasSizeLessThanOrEqualTo(sent.length);
            }
        } catch (EOFException | ProtocolException refused) {
            assertThat(refused.getMessage()).isNotBlank();
        } catch (IOException other) {
            throw new AssertionError(other);
        }
    }
}
