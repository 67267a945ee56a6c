package org.qair.host.settings;

import java.util.List;
import org.qair.policy.QubeName;

/**
 * {@code [endpoint]}: where the SSH endpoint listens, and the keys of the relays that may come in by it.
 *
 * @param host an address, or a name of this machine
 * @param port 0 for one that the system chooses
 */
public record EndpointTable(String host, int port, List<RelayTable> relays) {
    public EndpointTable {
        relays = List.copyOf(relays);
    }

    /**
     * {@code [[endpoint.relay]]}: one key, and the relay that its holder is.
     *
     * @param key a public key as {@code ssh-keygen} writes it: {@code ssh-ed25519 AAAA…}
     * @param place {@code file:line}, for messages
     */
    public record RelayTable(QubeName name, String key, String place) {}
}
