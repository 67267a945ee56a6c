package org.qair.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.SignatureException;
import java.util.Arrays;
import java.util.HexFormat;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

/** Ours and the JDK's are one Ed25519. */
class HostSignerTest {
    private static KeyPair pair() throws Exception {
        return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    }

    @Property(tries = 50)
    void theJdkAcceptsWhatIsSignedAndTheOtherWayRound(@ForAll byte[] message) throws Exception {
        KeyPair pair = pair();
        HostSigner signer = new HostSigner(pair);
        Signature jdk = Signature.getInstance("Ed25519");
        jdk.initVerify(pair.getPublic());
        jdk.update(message);
        assertThat(jdk.verify(signer.sign(message))).isTrue();
        jdk.initSign(pair.getPrivate());
        jdk.update(message);
        byte[] theirs = jdk.sign();
        assertThat(theirs).isEqualTo(signer.sign(message));
        assertThat(signer.key().verifies(message, theirs)).isTrue();
    }

    @Property(tries = 200)
    void whatTheJdkRefusesIsRefused(@ForAll @Size(64) byte[] signature, @ForAll byte[] message) throws Exception {
        KeyPair pair = pair();
        Signature jdk = Signature.getInstance("Ed25519");
        jdk.initVerify(pair.getPublic());
        jdk.update(message);
        boolean accepted;
        try {
            accepted = jdk.verify(signature);
        } catch (SignatureException malformed) {
            accepted = false;
        }
        assertThat(new HostSigner(pair).key().verifies(message, signature)).isEqualTo(accepted);
    }

    @Test
    void aSignatureThatIsChangedOrTooShortIsRefused() throws Exception {
        HostSigner signer = new HostSigner(pair());
        byte[] message = {1, 2, 3};
        byte[] signature = signer.sign(message);
        for (int i = 0; i < signature.length; i++) {
            byte[] changed = signature.clone();
            changed[i] ^= 1;
            assertThat(signer.key().verifies(message, changed)).as("byte %d", i).isFalse();
        }
        assertThat(signer.key().verifies(message, Arrays.copyOf(signature, 63))).isFalse();
        assertThat(signer.key().verifies(message, Arrays.copyOf(signature, 65))).isFalse();
    }

    @Test
    void halvesOfTwoKeysAreNoKeyPair() throws Exception {
        KeyPair mixed = new KeyPair(pair().getPublic(), pair().getPrivate());
        assertThatThrownBy(() -> new HostSigner(mixed)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void bytesThatAreNoPointAreNoKey() {
        byte[] none = HexFormat.of().parseHex("02" + "00".repeat(31));
        assertThatThrownBy(() -> HostKey.decode(none)).isInstanceOf(IllegalArgumentException.class);
    }
}
