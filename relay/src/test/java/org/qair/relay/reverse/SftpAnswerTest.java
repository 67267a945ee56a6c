package org.qair.relay.reverse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

/** What an SFTP server may answer. */
class SftpAnswerTest {
    private static final int ID = 7;

    private static byte[] packet(int type, int... words) {
        ByteBuffer packet = ByteBuffer.allocate(1 + Integer.BYTES * (1 + words.length))
                .put((byte) type)
                .putInt(ID);
        for (int word : words) {
            packet.putInt(word);
        }
        return packet.array();
    }

    private static byte[] name(int count, int length, String path) {
        byte[] head = packet(104, count, length);
        byte[] text = path.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(head.length + text.length)
                .put(head)
                .put(text)
                .array();
    }

    @Test
    void readsWhatIsAskedFor() throws IOException {
        assertThat(SftpAnswer.decode(packet(101, 2), ID)).isEqualTo(new SftpAnswer.Status(2));
        assertThat(SftpAnswer.decode(name(1, 5, "/home, and more"), ID)).isEqualTo(new SftpAnswer.Name("/home"));
        assertThat(SftpAnswer.decode(packet(105, 15, 0, 9, 1, 2, 0140600, 3, 4), ID))
                .isEqualTo(new SftpAnswer.Attributes(0140600));
        assertThat(new SftpAnswer.Attributes(0140600).isSocket()).isTrue();
    }

    @Test
    void whatHasNoTypeIsNoSocket() throws IOException {
        assertThat(((SftpAnswer.Attributes) SftpAnswer.decode(packet(105, 0), ID)).isSocket())
                .isFalse();
        assertThat(new SftpAnswer.Attributes(0100600).isSocket()).isFalse();
        assertThat(new SftpAnswer.Attributes(0600).isSocket()).isFalse();
    }

    @Test
    void anythingElseIsRefused() {
        byte[][] wrong = {
            {},
            {101},
            packet(101),
            packet(103, 0),
            packet(105, 4),
            name(0, 5, "/home"),
            name(2, 5, "/home"),
            name(1, 6, "/home"),
            name(1, -1, "/home"),
            name(1, Integer.MAX_VALUE, "/home"),
            name(1, 4, "home"),
            name(1, 0, ""),
            name(1, 5, "/ho\0e")
        };
        for (byte[] packet : wrong) {
            assertThatThrownBy(() -> SftpAnswer.decode(packet, ID)).isInstanceOf(IOException.class);
        }
        assertThatThrownBy(() -> SftpAnswer.decode(packet(101, 0), ID + 1)).hasMessageContaining("request 7, not 8");
    }

    @Property(tries = 2_000)
    void anyBytesAreAnAnswerOrRefused(@ForAll @Size(max = 48) byte[] bytes, @ForAll boolean likely) {
        if (likely && bytes.length > 4) {
            bytes[0] = (byte) (101 + Math.floorMod(bytes[0], 6));
            ByteBuffer.wrap(bytes).putInt(1, ID);
        }
        try {
            assertThat(SftpAnswer.decode(bytes, ID)).isNotNull();
        } catch (IOException refused) {
            assertThat(refused.getMessage()).contains("sftp");
        }
    }
}
