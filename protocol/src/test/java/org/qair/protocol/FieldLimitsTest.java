package org.qair.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

/** What an encoder refuses: nothing is ever cut to fit its field. */
class FieldLimitsTest {
    @Test
    void aNameOf64BytesIsRefusedNotCut() {
        assertThatThrownBy(() -> TriggerService.request("", "t".repeat(64), "s"))
                .hasMessage("the target has 64 bytes, the limit is 63");
        assertThatThrownBy(() -> TriggerService.request("s".repeat(64), "t", "s"))
                .hasMessage("the source has 64 bytes, the limit is 63");
    }

    @Test
    void aNulInATextIsRefused() {
        assertThatThrownBy(() -> TriggerService.request("", "a\0b", "s")).hasMessageContaining("U+0000 at 1");
        assertThatThrownBy(() -> TriggerService.request("", "t", "s\u0100")).hasMessageContaining("U+0100 at 1");
    }

    @Test
    void olderFormsHaveNoSourceAndForm2ShorterFields() {
        assertThatThrownBy(() -> new TriggerService(TriggerService.Form.V3, "a", "t", RequestId.SOCKET, "s"))
                .hasMessage("the source has 1 bytes, the limit is 0");
        assertThatThrownBy(() -> new TriggerService(TriggerService.Form.V2, "", "t".repeat(32), RequestId.SOCKET, "s"))
                .hasMessage("the target has 32 bytes, the limit is 31");
    }

    @Test
    void serviceAndCommandHaveTheirLimits() {
        assertThat(TriggerService.request("", "t", "s".repeat(65_000)).bodyLength())
                .isEqualTo(65_161);
        assertThatThrownBy(() -> TriggerService.request("", "t", "s".repeat(65_001)))
                .hasMessage("the service has 65001 bytes, the limit is 65000");
        VchanAddress address = new VchanAddress(0, 513);
        assertThat(new Message.JustExec(address, "c".repeat(65_534)).bodyLength())
                .isEqualTo(8 + 65_535);
        assertThatThrownBy(() -> new Message.ExecCommandLine(address, "c".repeat(65_535)))
                .hasMessage("the command has 65535 bytes, the limit is 65534");
    }

    @Test
    void versionsAreChosenAndTheOldRefused() throws Exception {
        assertThat(ProtocolVersion.choose(4, 2)).isEqualTo(2);
        assertThat(ProtocolVersion.choose(4, 3)).isEqualTo(3);
        assertThat(ProtocolVersion.choose(4, 9)).isEqualTo(4);
        assertThat(ProtocolVersion.choose(4, -1)).as("unsigned").isEqualTo(4);
        assertThatThrownBy(() -> ProtocolVersion.choose(4, 1)).hasMessageContaining("speaks protocol 1");
        assertThat(ProtocolVersion.maxChunk(2)).isEqualTo(4096);
        assertThat(ProtocolVersion.maxChunk(3)).isEqualTo(65_536);
    }

    @Test
    void chunksOfProtocol2AreHeldToItsLimit() {
        ByteBuffer header = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
        header.putInt(0x190).putInt(4097).flip();
        assertThatThrownBy(() -> Header.decode(header, ProtocolVersion.maxChunk(2)))
                .hasMessage("DATA_STDIN has a body of 4097 bytes, it must be 0 to 4096");
    }

    @Test
    void qubesDbMessagesAreLaidOutAsTheFieldReadsThem() throws Exception {
        byte[] bytes = new QubesDbMessage(
                        QubesDbMessage.Type.WRITE, "/remote/a", ByteBuffer.wrap("value".getBytes(UTF_8)))
                .encode();
        assertThat(bytes).hasSize(77);
        assertThat(bytes[0]).isEqualTo((byte) 1);
        assertThat(new String(bytes, 1, 10, UTF_8)).isEqualTo("/remote/a\0");
        assertThat(ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder()).getInt(68))
                .isEqualTo(5);
        assertThat(new String(bytes, 72, 5, UTF_8)).isEqualTo("value");
        byte[] header = java.util.Arrays.copyOf(bytes, 72);
        header[20] = 'x'; // after the path's NUL, where anything may be
        assertThat(QubesDbMessage.decodeHead(header))
                .isEqualTo(new QubesDbMessage.Head(QubesDbMessage.Type.WRITE, "/remote/a", 5));
        assertThatThrownBy(() -> QubesDbMessage.of(QubesDbMessage.Type.READ, "/" + "a".repeat(63)))
                .hasMessage("the path has 64 bytes, the limit is 63");
    }
}
