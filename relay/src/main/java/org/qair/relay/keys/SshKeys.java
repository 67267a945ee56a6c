package org.qair.relay.keys;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.Arrays;
import java.util.Base64;
import java.util.Set;
import org.apache.sshd.common.SshException;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.config.keys.OpenSshCertificate;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.common.util.buffer.ByteArrayBuffer;
import org.qair.policy.Printable;

/**
 * SSH keys as files and as lines of text, in the formats of OpenSSH. New keys are Ed25519; ECDSA and RSA keys are read
 * too. Safe for use by many threads.
 */
public final class SshKeys {
    /** The longest public key line that is read, in characters. */
    static final int MAX_LINE = 8192;

    /** The fewest bits of an RSA key that is accepted anywhere. */
    public static final int SMALLEST_RSA = 3072;

    private static final int LARGEST_RSA = 8192;
    private static final Set<String> TYPES =
            Set.of("ssh-ed25519", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521", "ssh-rsa");

    static {
        JdkSecurity.install();
    }

    private SshKeys() {}

    /** A new Ed25519 key pair, in memory. */
    public static KeyPair generate() {
        try {
            return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("no Ed25519 in this JDK", e);
        }
    }

    /** The Ed25519 key pair that 32 bytes determine. */
    public static KeyPair fromSeed(byte[] seed) throws GeneralSecurityException {
        Ed25519Support support = new Ed25519Support();
        PrivateKey privateKey = support.generateEDDSAPrivateKey(seed);
        return new KeyPair(support.recoverEDDSAPublicKey(privateKey), privateKey);
    }

    /**
     * Makes an Ed25519 key and writes it to {@code file} (mode 0600 from the start) and its public line to
     * {@code file.pub}.
     *
     * @throws java.nio.file.FileAlreadyExistsException when there is such a file; it is left as it is
     */
    public static KeyPair create(Path file, String comment) throws IOException {
        KeyPair pair = generate();
        PrivateKeyFile.write(file, pair, comment);
        Path line = file.resolveSibling(file.getFileName() + ".pub");
        Files.writeString(line, publicLine(pair.getPublic(), comment) + "\n");
        return pair;
    }

    /**
     * Reads an unencrypted private key of OpenSSH; an RSA key must have 3,072 bits.
     *
     * @throws IOException saying what is wrong with the file, also when others than its owner can read it
     */
    public static KeyPair load(Path file) throws IOException {
        return PrivateKeyFile.read(file);
    }

    /** {@link #load} when there is such a file, else {@link #create}. */
    public static KeyPair loadOrCreate(Path file, String comment) throws IOException {
        return Files.exists(file) ? load(file) : create(file, comment);
    }

    /** {@code ssh-ed25519 AAAA… comment}, without a line end. */
    public static String publicLine(PublicKey key, String comment) {
        String line = KeyUtils.getKeyType(key) + " " + Base64.getEncoder().encodeToString(blob(key));
        String printable = comment.replaceAll("[^\\x20-\\x7e]", "?").strip();
        return printable.isEmpty() ? line : line + " " + printable;
    }

    /**
     * Reads a line as {@link #publicLine} writes it: type, Base64, optional comment; no options before the type.
     *
     * @throws IllegalArgumentException saying what is wrong
     */
    public static PublicKey parsePublicLine(String line) {
        if (line.length() > MAX_LINE) {
            throw new IllegalArgumentException(
                    "a public key line has %d characters, the limit is %d".formatted(line.length(), MAX_LINE));
        }
        String[] words = line.strip().split("[ \t]+", 3);
        if (words.length < 2) {
            throw new IllegalArgumentException("a public key line needs a type and a key: `ssh-ed25519 AAAA…`");
        }
        if (!TYPES.contains(words[0])) {
            throw new IllegalArgumentException("`%s` is no type of public key that is accepted (%s)"
                    .formatted(Printable.of(words[0]), "ssh-ed25519, ecdsa-sha2-nistp256, -384, -521, ssh-rsa"));
        }
        return parseBlob(words[0], decode(words[1]));
    }

    /** {@code SHA256:…} as {@code ssh-keygen -l} shows it. */
    public static String fingerprint(PublicKey key) {
        return "SHA256:" + Base64.getEncoder().withoutPadding().encodeToString(digest(key));
    }

    /** The 32 bytes that {@link #fingerprint} shows. */
    public static byte[] digest(PublicKey key) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(blob(key));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The key as SSH sends it, for where a line of text is too long. */
    public static byte[] wireForm(PublicKey key) {
        return blob(key);
    }

    /**
     * Reads what {@link #wireForm} gives.
     *
     * @throws IllegalArgumentException saying what is wrong
     */
    public static PublicKey parseWireForm(byte[] bytes) {
        int length = bytes.length < 4 ? -1 : ByteBuffer.wrap(bytes).getInt();
        if (length < 1 || length > bytes.length - 4) {
            throw new IllegalArgumentException("no public key of SSH");
        }
        String type = new String(bytes, 4, length, StandardCharsets.ISO_8859_1);
        if (!TYPES.contains(type)) {
            throw new IllegalArgumentException(
                    "`%s` is no type of public key that is accepted".formatted(Printable.of(type)));
        }
        return parseBlob(type, bytes);
    }

    /** The key as it is on the wire: what two equal keys have in common whatever made them. */
    static byte[] blob(PublicKey key) {
        Buffer buffer = new ByteArrayBuffer();
        buffer.putRawPublicKey(key);
        return buffer.getCompactData();
    }

    static boolean same(PublicKey one, PublicKey other) {
        return MessageDigest.isEqual(blob(one), blob(other));
    }

    /** Whether it is no RSA key of too few bits; for a certificate, whether its key is none. */
    static boolean isStrong(PublicKey key) {
        return isStrong(key, SMALLEST_RSA);
    }

    public static boolean isStrong(PublicKey key, int smallestRsa) {
        PublicKey plain = key instanceof OpenSshCertificate certificate ? certificate.getCertPubKey() : key;
        return !(plain instanceof RSAPublicKey) || KeyUtils.getKeySize(plain) >= smallestRsa;
    }

    private static byte[] decode(String base64) {
        try {
            return Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("the key is no Base64: `%s`".formatted(Printable.of(base64)), e);
        }
    }

    private static PublicKey parseBlob(String type, byte[] blob) {
        PublicKey key;
        try {
            Buffer buffer = new ByteArrayBuffer(blob);
            key = buffer.getRawPublicKey();
        } catch (SshException | RuntimeException e) {
            throw new IllegalArgumentException("the key is no %s key".formatted(type), e);
        }
        boolean canonical = type.equals(KeyUtils.getKeyType(key)) && Arrays.equals(blob, blob(key));
        if (!canonical || KeyUtils.getKeySize(key) > LARGEST_RSA) {
            throw new IllegalArgumentException("the key is no %s key in its proper form".formatted(type));
        }
        if (!isStrong(key)) {
            throw new IllegalArgumentException("an RSA key of %d bits is too weak, %d are needed: make an Ed25519 key"
                    .formatted(KeyUtils.getKeySize(key), SMALLEST_RSA));
        }
        return key;
    }
}
