package org.qair.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;

/** Whatever bytes come, a decoder returns what encodes to them again or throws {@link ProtocolException}. */
class DecodersFuzzTest {
    @Property
    void headers(@ForAll @Size(8) byte[] bytes) {
        try {
            Header header = Header.decode(ByteBuffer.wrap(bytes), Limits.CHUNK);
            byte[] again = new byte[8];
            header.encode(ByteBuffer.wrap(again));
            assertThat(again).isEqualTo(bytes);
        } catch (ProtocolException refused) {
            assertThat(refused).hasMessageContaining(" ");
        }
    }

    @Property
    void headersOfKnownTypes(@ForAll MessageType type, @ForAll int length, @ForAll boolean small) {
        ByteBuffer bytes = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putInt(type.code()).putInt(length).flip();
        int maxChunk = small ? Limits.CHUNK_V2 : Limits.CHUNK;
        try {
            Header header = Header.decode(bytes, maxChunk);
            assertThat(header.length()).isBetween(0, type.isStream() ? maxChunk : 160 + Limits.COMMAND);
        } catch (ProtocolException refused) {
            assertThat(refused).hasMessageStartingWith(type + " has a body of " + Integer.toUnsignedString(length));
        }
    }

    @Property(tries = 5000)
    void bodies(@ForAll("frames") byte[] frame) {
        try {
            Header header = Header.decode(ByteBuffer.wrap(frame), Limits.CHUNK);
            byte[] body = Arrays.copyOfRange(frame, 8, frame.length);
            assertThat(Message.decode(header, body).encode()).isEqualTo(frame);
        } catch (ProtocolException refused) {
            assertThat(refused.getMessage()).matches("\\p{Print}+");
        }
    }

    @Provide
    Arbitrary<byte[]> frames() {
        // mostly zero bytes and letters, so that some get past the first checks
        Arbitrary<Byte> bytes = Arbitraries.frequencyOf(
                net.jqwik.api.Tuple.of(5, Arbitraries.just((byte) 0)),
                net.jqwik.api.Tuple.of(4, Arbitraries.bytes().between((byte) 'a', (byte) 'c')),
                net.jqwik.api.Tuple.of(1, Arbitraries.bytes()));
        Arbitrary<byte[]> bodies = Arbitraries.of(0, 3, 4, 8, 9, 32, 40, 97, 98, 128, 161, 162, 170)
                .flatMap(size -> bytes.array(byte[].class).ofSize(size));
        return Combinators.combine(Arbitraries.of(MessageType.class), bodies).as((type, body) -> {
            ByteBuffer frame = ByteBuffer.allocate(8 + body.length).order(ByteOrder.LITTLE_ENDIAN);
            return frame.putInt(type.code()).putInt(body.length).put(body).array();
        });
    }

    @Property
    void addresses(@ForAll @Size(max = 10) byte[] bytes) {
        try {
            assertThat(VchanAddress.decode(bytes).encode()).isEqualTo(bytes);
        } catch (ProtocolException refused) {
            assertThat(bytes.length != 8 || bytes[3] < 0 || bytes[7] < 0).isTrue();
        }
    }

    @Property
    void qubesDbHeaders(@ForAll("qubesDbHeaders") byte[] header) {
        try {
            QubesDbMessage.Head head = QubesDbMessage.decodeHead(header);
            assertThat(head.length()).isBetween(0, QubesDbMessage.MAX_DATA);
            assertThat(head.path()).doesNotContain("\0").hasSizeLessThan(64);
        } catch (ProtocolException refused) {
            assertThat(refused).hasMessageContaining(" ");
        }
    }

    @Provide
    Arbitrary<byte[]> qubesDbHeaders() {
        return Combinators.combine(
                        Arbitraries.bytes().between((byte) -1, (byte) 15),
                        Arbitraries.bytes().array(byte[].class).ofSize(72),
                        Arbitraries.integers().between(-1, 4000))
                .as((type, header, length) -> {
                    header[0] = type;
                    ByteBuffer.wrap(header).order(ByteOrder.nativeOrder()).putInt(68, length);
                    return header;
                });
    }

    @Property
    void whatIsEncodedIsDecoded(@ForAll("texts") String source, @ForAll("texts") String target) throws Exception {
        TriggerService request = TriggerService.request(source, target, "svc+" + target);
        byte[] bytes = request.encode();
        Header header = Header.decode(ByteBuffer.wrap(bytes), Limits.CHUNK);
        assertThat(Message.decode(header, Arrays.copyOfRange(bytes, 8, bytes.length)))
                .isEqualTo(request);
    }

    @Provide
    Arbitrary<String> texts() {
        return Arbitraries.strings().withCharRange('\u0001', '\u00ff').ofMaxLength(63);
    }
}
