package org.qair.registry.qubesdb;

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
import org.qair.registry.qubesdb.QubesDbMessage.Header;

class QubesDbMessageTest {
    @Test
    void the_header_has_72_bytes_in_native_order() {
        byte[] bytes = QubesDbMessage.of(MessageType.R_READ, "/name", "work").encode();
        assertThat(bytes).hasSize(76);
        assertThat(bytes[0]).isEqualTo((byte) 10);
        assertThat(new String(bytes, 1, 6, StandardCharsets.US_ASCII)).isEqualTo("/name\0");
        assertThat(ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder()).getInt(68))
                .isEqualTo(4);
        assertThat(new String(bytes, 72, 4, StandardCharsets.US_ASCII)).isEqualTo("work");
    }

    @ParameterizedTest
    @EnumSource(MessageType.class)
    void types_have_the_field_s_numbers(MessageType type) throws IOException {
        assertThat(MessageType.of(type.number())).isEqualTo(type);
        assertThat(type.isRequest()).isEqualTo(type.number() <= 6);
    }

    @Test
    void bytes_after_the_nul_of_a_path_mean_nothing() throws IOException {
        byte[] bytes = QubesDbMessage.of(MessageType.READ, "/name").encode();
        Arrays.fill(bytes, 7, 68, (byte) 0xff);
        assertThat(QubesDbMessage.header(bytes)).isEqualTo(new Header(MessageType.READ, "/name", 0));
    }

    @Test
    void a_path_that_does_not_end_is_refused() {
        byte[] bytes = QubesDbMessage.of(MessageType.READ, "/name").encode();
        Arrays.fill(bytes, 1, 65, (byte) 'a');
        assertThatThrownBy(() -> QubesDbMessage.header(bytes)).hasMessage("a path does not end with a NUL");
    }

    @ParameterizedTest
    @ValueSource(ints = {3_072, 65_536, Integer.MAX_VALUE, -1, Integer.MIN_VALUE})
    void data_has_a_limit(int length) {
        byte[] bytes = QubesDbMessage.of(MessageType.WRITE, "/a").encode();
        ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder()).putInt(68, length);
        assertThatThrownBy(() -> QubesDbMessage.header(bytes))
                .hasMessage("a message has %s bytes of data, the limit is 3071", Integer.toUnsignedString(length));
    }

    @Test
    void an_unknown_type_is_refused() {
        byte[] bytes = QubesDbMessage.of(MessageType.READ, "/a").encode();
        bytes[0] = 14;
        assertThatThrownBy(() -> QubesDbMessage.header(bytes)).hasMessage("message type 14 is unknown");
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
        assertThat(Paths.isValid(path)).isTrue();
        assertThat(Paths.isEntry(path)).isEqualTo(!path.endsWith("/"));
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
        assertThat(Paths.isValid(path)).isFalse();
    }

    @Property
    void what_is_written_is_read(
            @ForAll MessageType type,
            @ForAll @StringLength(max = 63) @CharRange(from = 'a', to = 'z') String path,
            @ForAll @Size(max = 3_071) byte[] data)
            throws IOException {
        byte[] bytes = new QubesDbMessage(type, path, data).encode();
        assertThat(QubesDbMessage.header(bytes)).isEqualTo(new Header(type, path, data.length));
        assertThat(Arrays.copyOfRange(bytes, 72, bytes.length)).isEqualTo(data);
    }

    @Property
    void any_header_is_read_or_refused(@ForAll @Size(72) byte[] bytes) {
        try {
            Header header = QubesDbMessage.header(bytes);
            assertThat(header.length()).isBetween(0, QubesDbMessage.MAX_DATA);
            assertThat(header.path().length()).isLessThan(64);
        } catch (IOException refused) {
            assertThat(refused).hasMessageMatching("[ -~]+");
        }
    }
}
