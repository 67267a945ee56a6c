package org.qair.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.qair.host.files.WholeFile;
import org.qair.relay.keys.SshKeys;

/**
 * The public keys that never come in again, whatever else names them: {@code etc/qair/revoked-keys}, a public key line each, as
 * {@code RevokedKeys} of OpenSSH's server takes them too. Lines that start with {@code #} are comments.
 */
final class RevokedKeys {
    private final Path file;

    RevokedKeys(Path file) {
        this.file = file;
    }

    /** The keys, or nothing when the file cannot be understood and so no key can be trusted; {@code faults} says why. */
    Optional<Set<PublicKey>> read(List<String> faults) {
        List<String> lines;
        try {
            lines = Files.exists(file) ? Files.readAllLines(file) : List.of();
        } catch (IOException unreadable) {
            faults.add("%s: cannot be read, so no relay may come in: %s".formatted(file, unreadable.getMessage()));
            return Optional.empty();
        }
        Set<PublicKey> keys = new HashSet<>();
        boolean sound = true;
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            try {
                if (!line.isEmpty() && !line.startsWith("#")) {
                    keys.add(SshKeys.parsePublicLine(line));
                }
            } catch (IllegalArgumentException malformed) {
                sound = false;
                faults.add("%s:%d: so no relay may come in: %s".formatted(file, i + 1, malformed.getMessage()));
            }
        }
        return sound ? Optional.of(keys) : Optional.empty();
    }

    /** Adds keys; what is in the file stays. */
    void add(Set<PublicKey> keys, String comment) throws IOException {
        List<String> lines = new ArrayList<>(Files.exists(file) ? Files.readAllLines(file) : List.of());
        keys.forEach(key -> lines.add(SshKeys.publicLine(key, comment)));
        WholeFile.replace(file, String.join("\n", lines) + "\n");
    }
}
