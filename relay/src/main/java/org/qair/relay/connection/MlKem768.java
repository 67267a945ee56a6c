package org.qair.relay.connection;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.spec.NamedParameterSpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.HexFormat;
import javax.crypto.KEM;
import org.apache.sshd.common.kex.KeyEncapsulationMethod;
import org.jspecify.annotations.Nullable;

/**
 * ML-KEM-768 (FIPS 203) out of the JDK, in the raw encodings of the SSH key exchange {@code mlkem768x25519-sha256}. A
 * client or server object serves one exchange in one thread.
 */
final class MlKem768 implements KeyEncapsulationMethod {
    static final int PUBLIC_KEY_LENGTH = 1184;
    static final int ENCAPSULATION_LENGTH = 1088;
    /** What X.509 puts before the raw key: SubjectPublicKeyInfo with the OID of ML-KEM-768. */
    private static final byte[] X509_PREFIX = HexFormat.of().parseHex("308204b2300b0609608648016503040402038204a100");

    @Override
    public Client getClient() {
        return new ClientSide();
    }

    @Override
    public Server getServer() {
        return new ServerSide();
    }

    private static final class ClientSide implements Client {
        private @Nullable PrivateKey privateKey;
        private byte[] publicKey = {};

        @Override
        public void init() {
            try {
                KeyPairGenerator generator = KeyPairGenerator.getInstance("ML-KEM");
                generator.initialize(NamedParameterSpec.ML_KEM_768);
                KeyPair pair = generator.generateKeyPair();
                privateKey = pair.getPrivate();
                byte[] encoded = pair.getPublic().getEncoded();
                publicKey = Arrays.copyOfRange(encoded, encoded.length - PUBLIC_KEY_LENGTH, encoded.length);
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException("no ML-KEM-768 in this JDK", e);
            }
        }

        @Override
        public byte[] getPublicKey() {
            return publicKey;
        }

        @Override
        public byte[] extractSecret(byte[] encapsulated) {
            try {
                return KEM.getInstance("ML-KEM")
                        .newDecapsulator(privateKey)
                        .decapsulate(encapsulated)
                        .getEncoded();
            } catch (GeneralSecurityException e) {
                throw new IllegalArgumentException("no ML-KEM-768 encapsulation", e);
            }
        }

        @Override
        public int getEncapsulationLength() {
            return ENCAPSULATION_LENGTH;
        }
    }

    private static final class ServerSide implements Server {
        private byte[] secret = {};
        private byte[] encapsulation = {};

        @Override
        public int getPublicKeyLength() {
            return PUBLIC_KEY_LENGTH;
        }

        @Override
        public byte[] init(byte[] raw) {
            if (raw.length < PUBLIC_KEY_LENGTH) {
                throw new IllegalArgumentException("ML-KEM-768 key of %d bytes".formatted(raw.length));
            }
            try {
                byte[] encoded = Arrays.copyOf(X509_PREFIX, X509_PREFIX.length + PUBLIC_KEY_LENGTH);
                System.arraycopy(raw, 0, encoded, X509_PREFIX.length, PUBLIC_KEY_LENGTH);
                PublicKey key = KeyFactory.getInstance("ML-KEM").generatePublic(new X509EncodedKeySpec(encoded));
                KEM.Encapsulated result =
                        KEM.getInstance("ML-KEM").newEncapsulator(key).encapsulate();
                secret = result.key().getEncoded();
                encapsulation = result.encapsulation();
            } catch (GeneralSecurityException e) {
                throw new IllegalArgumentException("no ML-KEM-768 key", e);
            }
            return Arrays.copyOfRange(raw, PUBLIC_KEY_LENGTH, raw.length);
        }

        @Override
        public byte[] getSecret() {
            return secret;
        }

        @Override
        public byte[] getEncapsulation() {
            return encapsulation;
        }
    }
}
