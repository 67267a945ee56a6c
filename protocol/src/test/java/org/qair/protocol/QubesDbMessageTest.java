package org.qair.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.qair.protocol.QubesDbMessage.Head;

class QubesDbMessageTest {
    @Test
    void the_header_has_72_bytes_in_native_order() {
        byte[] bytes =
                QubesDbMessage.of(QubesDbMessage.Type.R_READ, "/name", "work").encode();
        assertThat(bytes).hasSize(76);
        assertThat(bytes[0]).isEqualTo((byte) 10);
        assertThat(new String(bytes, 1, 6, StandardCharsets.US_ASCII)).isEqualTo("/name\0");
        assertThat(ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder()).getInt(68))
                .isEqualTo(4);
        assertThat(new String(bytes, 72, 4, StandardCharsets.US_ASCII)).isEqualTo("work");
    }

    @ParameterizedTest
    @EnumSource(QubesDbMessage.Type.class)
    void types_have_the_field_s_numbers(QubesDbMessage.Type type) throws IOException {
        assertThat(QubesDbMessage.Type.of(type.code())).isEqualTo(type);
        assertThat(type.isRequest()).isEqualTo(type.code() <= 6);
    }

    @Test
    void bytes_after_the_nul_of_a_path_mean_nothing() throws IOException {
        byte[] bytes = QubesDbMessage.of(QubesDbMessage.Type.READ, "/name").encode();
        Arrays.fill(bytes, 7, 68, (byte) 0xff);
        assertThat(QubesDbMessage.decodeHead(bytes)).isEqualTo(new Head(QubesDbMessage.Type.READ, "/name", 0));
    }

    @Test
    void a_path_that_does_not_end_is_refused() {
        byte[] bytes = QubesDbMessage.of(QubesDbMessage.Type.READ, "/name").encode();
        Arrays.fill(bytes, 1, 65, (byte) 'a');
        assertThatThrownBy(() -> QubesDbMessage.decodeHead(bytes)).hasMessage("the path field of 64 bytes has no NUL");
    }

    @ParameterizedTest
    @ValueSource(ints = {3_072, 65_536, Integer.MAX_VALUE, -1, Integer.MIN_VALUE})
    void data_has_a_limit(int length) {
        byte[] bytes = QubesDbMessage.of(QubesDbMessage.Type.WRITE, "/a").encode();
        ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder()).putInt(68, length);
        assertThatThrownBy(() -> QubesDbMessage.decodeHead(bytes))
                .hasMessage("QubesDB data of %s bytes, the limit is 3071", Integer.toUnsignedString(length));
    }

    @Test
    void an_unknown_type_is_refused() {
        byte[] bytes = QubesDbMessage.of(QubesDbMessage.Type.READ, "/a").encode();
        bytes[0] = 14;
        assertThatThrownBy(() -> QubesDbMessage.decodeHead(bytes)).hasMessage("QubesDB message type 14 is unknown");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/a",
                "/a/",
                "/A-z_0.9:@/x",
                "/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
            })
    void paths(String path) {
        assertThat(QubesDbPaths.isValid(path)).isTrue();
        assertThat(QubesDbPaths.isEntry(path)).isEqualTo(!path.endsWith("/"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "a",
                "/a b",
                "/\u00e9",
                "/a+",
                "/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
            })
    void no_paths(String path) {
        assertThat(QubesDbPaths.isValid(path)).isFalse();
    }

    @Property
    void what_is_written_is_read(
            @ForAll QubesDbMessage.Type type,
            @ForAll @StringLength(max = 63) @CharRange(from = 'a', to = 'z') String path,
            @ForAll @Size(max = 3_071) byte[] data)
            throws IOException {
        byte[] bytes = new QubesDbMessage(type, path, ByteBuffer.wrap(data)).encode();
        assertThat(QubesDbMessage.decodeHead(Arrays.copyOf(bytes, 72))).isEqualTo(new Head(type, path, data.length));
        assertThat(Arrays.copyOfRange(bytes, 72, bytes.length)).isEqualTo(data);
    }

    @Test
    void data_is_read_as_often_as_asked() {
        QubesDbMessage message = QubesDbMessage.of(QubesDbMessage.Type.R_READ, "/a", "Arbeit \u00fc\ud83d\ude00");
        for (int i = 0; i < 2; i++) {
            assertThat(message.text()).isEqualTo("Arbeit \u00fc\ud83d\ude00");
            assertThat(message.value()).isEqualTo("Arbeit \u00fc\ud83d\ude00".getBytes(StandardCharsets.UTF_8));
            assertThat(message.encode()).hasSize(72 + 13);
        }
    }

    @Property
    void any_header_is_read_or_refused(@ForAll @Size(72) byte[] bytes) {
        try {
            Head header = QubesDbMessage.decodeHead(bytes);
            assertThat(header.length()).isBetween(0, QubesDbMessage.MAX_DATA);
            assertThat(header.path().length()).isLessThan(64);
        } catch (IOException refused) {
            assertThat(refused).hasMessageMatching("[ -~]+");
        }
    }
}
