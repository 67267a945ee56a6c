package org.qair.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class StatementTest {
    private final HostSigner signer = Samples.signer();

    @Test
    void travelsAsOneWordAndComesBackTheSame() throws Exception {
        StreamKey offer = StreamOffer.create().key();
        SignedStatement sent = Samples.state(signer, Samples.subject(), Samples.NOON, Optional.of(offer));
        SignedStatement received = SignedStatement.parse(sent.text());
        assertThat(sent.text()).matches("[A-Za-z0-9_-]+").hasSizeLessThan(SignedStatement.MAX_TEXT);
        assertThat(received.statement()).isEqualTo(sent.statement());
        assertThat(received.text()).isEqualTo(sent.text());
        assertThat(received.isSignedBy(signer.key())).isTrue();
        assertThat(received.isSignedBy(Samples.signer().key())).isFalse();
        assertThat(received.statement().call()).isEqualTo(Samples.CALL);
        assertThat(received.statement().target()).isEqualTo("Remote-Qube");
        assertThat(received.statement().time()).isEqualTo(Samples.NOON);
        assertThat(received.statement().offer()).contains(offer);
    }

    @Test
    void hasTheDocumentedBytes() {
        SignedStatement statement = Samples.state(signer, Samples.subject("a", "b", "svc"));
        HexFormat hex = HexFormat.of();
        String body = hex.formatHex(statement.bytes());
        String expected = "01" + hex.formatHex(signer.key().raw()) + Samples.CALL.value()
                + littleEndian(Samples.NOON.toEpochMilli())
                + statement.statement().nonce().value()
                + "0161" + "0b" + hex.formatHex("Remote-Qube".getBytes(java.nio.charset.StandardCharsets.US_ASCII))
                + "0162"
                + hex.formatHex(StreamAnswer.sha256("svc".getBytes(java.nio.charset.StandardCharsets.US_ASCII)))
                + "00";
        assertThat(body).startsWith(expected).hasSize(expected.length() + 128);
    }

    private static String littleEndian(long value) {
        return HexFormat.of().toHexDigits(Long.reverseBytes(value));
    }

    @Test
    void anAbsentAndAnEmptyArgumentAreTwoServices() {
        assertThat(Samples.subject("a", "b", "svc+").serviceDigest())
                .isNotEqualTo(Samples.subject("a", "b", "svc").serviceDigest());
    }

    @Test
    void twoStatementsOfOneCallDiffer() {
        assertThat(Samples.state(signer, Samples.subject()).text())
                .isNotEqualTo(Samples.state(signer, Samples.subject()).text());
    }

    @Property(tries = 300)
    void oneChangedBitIsNeverTrue(@ForAll int where) throws Exception {
        byte[] bytes = Samples.state(signer, Samples.subject()).bytes();
        int bit = Math.floorMod(where, bytes.length * 8);
        bytes[bit / 8] ^= (byte) (1 << (bit % 8));
        try {
            SignedStatement read = SignedStatement.parse(text(bytes));
            assertThat(read.isSignedBy(signer.key())).isFalse();
        } catch (MalformedProofException refused) {
            assertThat(refused).hasMessageNotContaining("null");
        }
    }

    @Property(tries = 2000)
    void anyBytesAreAStatementOrMalformed(@ForAll @Size(max = 700) byte[] bytes) {
        try {
            assertThat(SignedStatement.parse(text(bytes)).bytes()).isEqualTo(bytes);
        } catch (MalformedProofException refused) {
            assertThat(refused.getMessage()).isNotBlank();
        }
    }

    @Property(tries = 1000)
    void anyTextIsAStatementOrMalformed(@ForAll String text) {
        try {
            assertThat(SignedStatement.parse(text)).isNotNull();
        } catch (MalformedProofException refused) {
            assertThat(refused.getMessage()).isNotBlank();
        }
    }

    @Test
    void everyCutIsNamed() {
        byte[] bytes = Samples.state(signer, Samples.subject()).bytes();
        for (int length = 0; length < bytes.length; length++) {
            byte[] cut = Arrays.copyOf(bytes, length);
            assertThatThrownBy(() -> SignedStatement.parse(text(cut)))
                    .isInstanceOf(MalformedProofException.class)
                    .hasMessageContaining("statement");
        }
    }

    @Test
    void whatFollowsIsRefused() {
        byte[] body =
                StatementCodec.encode(Samples.state(signer, Samples.subject()).statement());
        assertThatThrownBy(() -> StatementCodec.decode(Arrays.copyOf(body, body.length + 1)))
                .hasMessage("1 bytes follow a statement");
        assertThatThrownBy(() -> StatementCodec.decode(new byte[513])).hasMessageContaining("the limit is 512");
    }

    @Test
    void otherVersionsAreRefused() {
        byte[] body =
                StatementCodec.encode(Samples.state(signer, Samples.subject()).statement());
        body[0] = 2;
        assertThatThrownBy(() -> StatementCodec.decode(body)).hasMessageContaining("version 2");
    }

    private static String text(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
