package org.qair.relay.keys;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Base64;
import org.apache.sshd.common.SshException;
import org.apache.sshd.common.config.keys.OpenSshCertificate;
import org.apache.sshd.common.util.buffer.ByteArrayBuffer;
import org.qair.policy.Printable;

/** A certificate of OpenSSH in a file: type, Base64, optional comment. */
final class CertificateFile {
    private static final int MAX_BYTES = 64 * 1024;

    private CertificateFile() {}

    /** @throws NoSuchFileException when there is none */
    static OpenSshCertificate read(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new NoSuchFileException(file.toString());
        }
        if (Files.size(file) > MAX_BYTES) {
            throw new IOException("certificate `%s` has more than %d bytes".formatted(file, MAX_BYTES));
        }
        return parse(file, Files.readString(file).strip());
    }

    private static OpenSshCertificate parse(Path file, String line) throws IOException {
        String[] words = line.split("[ \t]+", 3);
        try {
            if (words.length > 1
                    && new ByteArrayBuffer(Base64.getDecoder().decode(words[1])).getRawPublicKey()
                            instanceof OpenSshCertificate certificate) {
                return certificate;
            }
        } catch (SshException | RuntimeException e) {
            throw new IOException("`%s` is no certificate: %s".formatted(file, Printable.line("" + e.getMessage())), e);
        }
        throw new IOException("`%s` is no certificate of OpenSSH".formatted(file));
    }
}
