package org.qair.host.settings;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * {@code [[peer]]}: a far SSH endpoint.
 *
 * @param name what a RemoteVM's property {@code peer} refers to it by
 * @param user the user name that SSH asks for; a Qair endpoint does not look at it
 * @param hostKeys the public keys of which the far side must hold one
 * @param key the private key to log in with; absent for the relay's own
 * @param place {@code file:line}, for messages
 */
public record PeerTable(
        String name, String host, int port, String user, List<String> hostKeys, Optional<Path> key, String place) {
    public PeerTable {
        hostKeys = List.copyOf(hostKeys);
    }
}
