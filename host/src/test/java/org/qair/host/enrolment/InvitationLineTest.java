package org.qair.host.enrolment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.time.Instant;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.qair.relay.keys.SshKeys;

class InvitationLineTest {
    private static final Instant EXPIRES = Instant.parse("2026-11-24T09:30:00Z");
    private static final PublicKey HOST_KEY = SshKeys.generate().getPublic();

    private static InvitationLine line(String address) {
        return new InvitationLine(address, 2222, HOST_KEY, InvitationSecret.random(), EXPIRES);
    }

    @ParameterizedTest
    @ValueSource(strings = {"192.0.2.20", "2001:db8::1", "::1", "host.example", "a"})
    void isReadAsItWasWritten(String address) throws EnrolmentException {
        InvitationLine line = line(address);
        assertThat(line.text()).matches("[A-Za-z0-9/:._-]+");
        InvitationLine read = InvitationLine.parse(line.text());
        assertThat(read.address()).isEqualTo(address);
        assertThat(read.port()).isEqualTo(2222);
        assertThat(read.hostKey()).isEqualTo(HOST_KEY);
        assertThat(read.expires()).isEqualTo(EXPIRES);
        assertThat(read.secret().key().getPublic())
                .isEqualTo(line.secret().key().getPublic());
        assertThat(read.text()).isEqualTo(line.text());
    }

    @Test
    void hasEveryKindOfHostKey() throws Exception {
        for (String algorithm : new String[] {"RSA", "EC"}) {
            PublicKey key =
                    KeyPairGenerator.getInstance(algorithm).generateKeyPair().getPublic();
            String text = new InvitationLine("h", 22, key, InvitationSecret.random(), EXPIRES).text();
            assertThat(InvitationLine.parse(text).hostKey()).isEqualTo(key);
        }
    }

    @Test
    void mayBeBrokenIntoLines() throws EnrolmentException {
        String text = line("h").text();
        assertThat(InvitationLine.parse(" " + text.substring(0, 40) + "\n  " + text.substring(40) + "\n")
                        .text())
                .isEqualTo(text);
    }

    @Property(tries = 200)
    void aSlipIsNoticed(@ForAll @IntRange(min = 7, max = 10_000) int at, @ForAll @IntRange(max = 61) int letter) {
        String text = line("host.example").text();
        int place = at % text.length();
        char other = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789".charAt(letter);
        String slipped = text.substring(0, place) + other + text.substring(place + 1);
        if (!slipped.equals(text)) {
            assertThatThrownBy(() -> InvitationLine.parse(slipped)).isInstanceOf(EnrolmentException.class);
        }
        assertThatThrownBy(() -> InvitationLine.parse(text.substring(0, place)))
                .isInstanceOf(EnrolmentException.class)
                .hasMessageContaining(place < 7 ? "invitation" : "copy the whole line again");
    }

    @Property(tries = 500)
    void anyTextIsReadOrRefused(@ForAll String text) {
        for (String tried : new String[] {text, "qair-1/" + text, "qair-1/h/1/" + text + "/x/y/00000000"}) {
            assertThatThrownBy(() -> InvitationLine.parse(tried)).isInstanceOf(EnrolmentException.class);
        }
    }

    @Test
    void saysWhatIsWrong() {
        assertThatThrownBy(() -> InvitationLine.parse("hello")).hasMessageContaining("starts with `qair-1/`");
        assertThatThrownBy(() -> InvitationLine.parse("qair-2/x")).hasMessageContaining("newer Qair");
        assertThatThrownBy(() -> InvitationLine.parse("x".repeat(5000))).hasMessageContaining("at most 4096");
        assertThatThrownBy(() -> line("-oProxyCommand=x")).hasMessageContaining("is no address");
        assertThatThrownBy(() -> line("h/x")).hasMessageContaining("is no address");
    }

    @Test
    void theSecretIsInNoText() {
        InvitationLine line = line("h");
        assertThat(line.toString()).doesNotContain(line.secret().text());
    }

    @Test
    void twoSecretsAreTwoKeys() {
        assertThat(InvitationSecret.random().key().getPublic())
                .isNotEqualTo(InvitationSecret.random().key().getPublic());
        assertThatThrownBy(() -> InvitationSecret.parse("AAAA")).hasMessageContaining("16 bytes");
    }
}
