package org.qair.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class MessageVectorsTest {
    static Stream<Vectors.Vector> valid() throws IOException {
        return Vectors.of("messages.txt").stream().filter(Vectors.Vector::valid);
    }

    static Stream<Vectors.Vector> broken() throws IOException {
        return Vectors.of("messages.txt").stream().filter(vector -> !vector.valid());
    }

    @ParameterizedTest
    @MethodSource("valid")
    void decodesToWhatItSaysAndEncodesToTheSameBytes(Vectors.Vector vector) throws IOException {
        Message message = decode(vector.bytes());
        if (vector.says().endsWith("…]")) {
            assertThat(describe(message)).startsWith(vector.says().replace("…]", ""));
        } else {
            assertThat(describe(message)).isEqualTo(vector.says());
        }
        assertThat(message.encode()).isEqualTo(vector.bytes());
        assertThat(decode(message.encode())).isEqualTo(message);
    }

    @ParameterizedTest
    @MethodSource("broken")
    void isRefusedWithItsError(Vectors.Vector vector) {
        assertThatThrownBy(() -> decode(vector.bytes()))
                .isInstanceOf(ProtocolException.class)
                .hasMessage(vector.says());
    }

    @Test
    void everyMessageHasAVector() throws IOException {
        Set<MessageType> seen = EnumSet.noneOf(MessageType.class);
        for (Vectors.Vector vector : valid().toList()) {
            seen.add(decode(vector.bytes()).type());
        }
        assertThat(seen).containsExactlyInAnyOrder(MessageType.values());
    }

    /** By the code of its header: what is broken cannot be decoded. */
    @Test
    void everyMessageHasABrokenVector() throws IOException {
        Set<MessageType> seen = EnumSet.noneOf(MessageType.class);
        for (Vectors.Vector vector : broken().toList()) {
            ByteBuffer bytes = ByteBuffer.wrap(vector.bytes()).order(ByteOrder.LITTLE_ENDIAN);
            int code = bytes.remaining() < Integer.BYTES ? 0 : bytes.getInt();
            Stream.of(MessageType.values()).filter(type -> type.code() == code).forEach(seen::add);
        }
        assertThat(seen).containsExactlyInAnyOrder(MessageType.values());
    }

    static Stream<Vectors.Vector> ofProtocol2() throws IOException {
        return Vectors.of("data-of-protocol-2.txt").stream();
    }

    @ParameterizedTest
    @MethodSource("ofProtocol2")
    void framesOfProtocol2AreSmaller(Vectors.Vector vector) throws IOException {
        int limit = ProtocolVersion.maxChunk(2);
        if (vector.valid()) {
            Message message = decode(vector.bytes(), limit);
            assertThat(describe(message)).startsWith(vector.says().replace("…]", ""));
            assertThat(message.encode()).isEqualTo(vector.bytes());
        } else {
            assertThatThrownBy(() -> decode(vector.bytes(), limit))
                    .isInstanceOf(ProtocolException.class)
                    .hasMessage(vector.says());
        }
    }

    static Stream<Vectors.Vector> answers() throws IOException {
        return Vectors.of("answers.txt").stream();
    }

    @ParameterizedTest
    @MethodSource("answers")
    void theAnswerToATriggerHasNoHeader(Vectors.Vector vector) throws IOException {
        if (vector.valid()) {
            VchanAddress address = VchanAddress.decode(vector.bytes());
            assertThat(address).hasToString(vector.says());
            assertThat(address.encode()).isEqualTo(vector.bytes());
        } else {
            assertThatThrownBy(() -> VchanAddress.decode(vector.bytes()))
                    .isInstanceOf(ProtocolException.class)
                    .hasMessage(vector.says());
        }
    }

    private static Message decode(byte[] bytes) throws ProtocolException {
        return decode(bytes, Limits.CHUNK);
    }

    private static Message decode(byte[] bytes, int maxChunk) throws ProtocolException {
        Header header = Header.decode(ByteBuffer.wrap(bytes), maxChunk);
        return Message.decode(header, Arrays.copyOfRange(bytes, Limits.HEADER, bytes.length));
    }

    private static String describe(Message message) {
        if (message instanceof Message.StreamData data) {
            byte[] bytes = new byte[data.bytes().remaining()];
            data.bytes().duplicate().get(bytes);
            return data.type() + " " + HexFormat.of().formatHex(bytes);
        }
        return message.toString().replace("\n", "\\n");
    }
}
