package org.qair.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import org.qair.host.files.Directories;
import org.qair.policy.QubeName;
import org.qair.relay.SshKeys;

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
    Path relayFile(QubeName relay) throws IOException {
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

    private KeyPair key(Path file, String comment) throws IOException {
        Directories.makePrivate(layout.state());
        Directories.makePrivate(layout.keys());
        return SshKeys.loadOrCreate(file, comment);
    }
}
