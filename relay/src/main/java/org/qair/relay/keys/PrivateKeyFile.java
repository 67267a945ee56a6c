package org.qair.relay.keys;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.Signature;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.Set;
import java.util.UUID;
import org.apache.sshd.common.config.keys.FilePasswordProvider;
import org.apache.sshd.common.config.keys.writer.openssh.OpenSSHKeyPairResourceWriter;
import org.apache.sshd.common.util.io.resource.PathResource;
import org.apache.sshd.common.util.security.SecurityUtils;

/** A private key in a file of OpenSSH's format that only its owner can read. */
final class PrivateKeyFile {
    private static final int MAX_BYTES = 64 * 1024;
    private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    private static final byte[] PROBE = {'q', 'a', 'i', 'r'};

    private PrivateKeyFile() {}

    static void write(Path file, KeyPair pair, String comment) throws IOException {
        Path aside = file.resolveSibling("." + file.getFileName() + "." + UUID.randomUUID());
        try {
            try (FileChannel out = FileChannel.open(
                    aside, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), OWNER_ONLY)) {
                ByteBuffer bytes = ByteBuffer.wrap(encode(pair, comment));
                while (bytes.hasRemaining()) {
                    out.write(bytes);
                }
                out.force(true);
            }
            // A link, unlike a rename, never takes the place of a key that is there.
            Files.createLink(file, aside);
        } finally {
            Files.deleteIfExists(aside);
        }
    }

    static KeyPair read(Path file) throws IOException {
        byte[] bytes = readBytes(file);
        try {
            KeyPair pair = decode(file, bytes);
            checkMatch(file, pair);
            if (!SshKeys.isStrong(pair.getPublic())) {
                throw new IOException("private key `%s` is an RSA key of fewer than %d bits: make an Ed25519 key"
                        .formatted(file, SshKeys.SMALLEST_RSA));
            }
            return pair;
        } finally {
            Arrays.fill(bytes, (byte) 0);
        }
    }

    private static byte[] readBytes(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new NoSuchFileException(file.toString(), null, "no such private key file");
        }
        Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
        String mode = PosixFilePermissions.toString(permissions);
        if (!mode.endsWith("------")) {
            throw new IOException(
                    "private key `%s` is open to others (%s): chmod 600 -- %s".formatted(file, mode, file));
        }
        if (Files.size(file) > MAX_BYTES) {
            throw new IOException("private key `%s` has more than %d bytes".formatted(file, MAX_BYTES));
        }
        return Files.readAllBytes(file);
    }

    private static KeyPair decode(Path file, byte[] bytes) throws IOException {
        try {
            Iterable<KeyPair> pairs = SecurityUtils.loadKeyPairIdentities(
                    null, new PathResource(file), new ByteArrayInputStream(bytes), FilePasswordProvider.EMPTY);
            Iterator<KeyPair> each = pairs == null ? Collections.emptyIterator() : pairs.iterator();
            if (each.hasNext()) {
                return each.next();
            }
        } catch (GeneralSecurityException | IOException | RuntimeException e) {
            throw new IOException(
                    "`%s` is no private key of OpenSSH, or has a passphrase (which needs an agent): %s"
                            .formatted(file, e.getMessage()),
                    e);
        }
        throw new IOException("`%s` holds no private key of OpenSSH".formatted(file));
    }

    /** A file whose public part is another key's would make us sign for a key that we do not have. */
    private static void checkMatch(Path file, KeyPair pair) throws IOException {
        String algorithm = switch (pair.getPrivate().getAlgorithm()) {
            case "RSA" -> "SHA256withRSA";
            case "EC", "ECDSA" -> "SHA256withECDSA";
            default -> "Ed25519";
        };
        try {
            Signature signature = Signature.getInstance(algorithm);
            signature.initSign(pair.getPrivate());
            signature.update(PROBE);
            byte[] signed = signature.sign();
            signature.initVerify(pair.getPublic());
            signature.update(PROBE);
            if (signature.verify(signed)) {
                return;
            }
        } catch (GeneralSecurityException e) {
            throw new IOException("private key `%s` cannot be used: %s".formatted(file, e.getMessage()), e);
        }
        throw new IOException("private key `%s` and the public key in it do not belong together".formatted(file));
    }

    private static byte[] encode(KeyPair pair, String comment) throws IOException {
        try (ByteArrayOutputStream out = new ByteArrayOutputStream()) {
            OpenSSHKeyPairResourceWriter.INSTANCE.writePrivateKey(pair, comment, null, out);
            return out.toByteArray();
        } catch (GeneralSecurityException e) {
            throw new IOException("the key cannot be written", e);
        }
    }
}
