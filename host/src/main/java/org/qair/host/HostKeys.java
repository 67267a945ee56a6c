package org.qair.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.KeyPair;
import java.security.PublicKey;
import java.util.List;
import org.qair.host.files.Directories;
import org.qair.policy.QubeName;
import org.qair.relay.keys.SshKeys;

/** The private keys that a host keeps: one a relay, and the endpoint's. Each is made when it is first wanted. */
public final class HostKeys {
    private final HostLayout layout;

    public HostKeys(HostLayout layout) {
        this.layout = layout;
    }

    /** The key that a relay of this host logs in with. */
    public KeyPair relay(QubeName relay) throws IOException {
        return key(layout.relayKey(relay), relay.value());
    }

    /** The file of {@link #relay}, made when it is missing. */
    public Path relayFile(QubeName relay) throws IOException {
        Path file = layout.relayKey(relay);
        if (!Files.exists(file)) {
            var ignored = relay(relay);
        }
        return file;
    }

    /** The key that the endpoint is known by. */
    public KeyPair endpoint() throws IOException {
        return key(layout.endpointKey(), "qair-endpoint");
    }

    /** The key that this host signs its calls with. */
    public KeyPair host() throws IOException {
        return key(layout.hostKey(), "qair-host");
    }

    /**
     * The key that it will sign with after {@link #rotateHost}, for others to pin beside the one in use; made when it is missing.
     */
    public KeyPair nextHost() throws IOException {
        return key(layout.nextHostKey(), "qair-host");
    }

    /** The public halves of {@link #host} and, while there is a next one, of that. */
    public List<PublicKey> hostKeys() throws IOException {
        return hasNextHost() ? List.of(host().getPublic(), nextHost().getPublic()) : List.of(host().getPublic());
    }

    /** Whether there is a next key. */
    public boolean hasNextHost() {
        return Files.exists(layout.nextHostKey());
    }

    /**
     * Takes the next key into use; the one before is kept as {@code host.old}. A host that runs signs with it from its next start.
     *
     * @throws IOException when there is none
     */
    public void rotateHost() throws IOException {
        for (String suffix : List.of("", ".pub")) {
            Path used = layout.hostKey().resolveSibling(layout.hostKey().getFileName() + suffix);
            Path next = layout.nextHostKey().resolveSibling(layout.nextHostKey().getFileName() + suffix);
            if (Files.exists(used)) {
                Path old = used.resolveSibling("host.old" + suffix);
                Files.move(used, old, StandardCopyOption.REPLACE_EXISTING);
            }
            Files.move(next, used, StandardCopyOption.ATOMIC_MOVE);
        }
    }

    private KeyPair key(Path file, String comment) throws IOException {
        Directories.makePrivate(layout.state());
        Directories.makePrivate(layout.keys());
        return SshKeys.loadOrCreate(file, comment);
    }
}
