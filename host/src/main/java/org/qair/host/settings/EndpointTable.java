package org.qair.host.settings;

import java.util.List;
import org.qair.policy.QubeName;
import org.qair.relay.endpoint.EndpointLimits;

/**
 * {@code [endpoint]}: where the SSH endpoint listens, and the keys of the relays that may come in by it.
 *
 * @param host an address, or a name of this machine
 * @param port 0 for one that the system chooses
 * @param ofEach what each relay may use, where its own table does not say
 */
public record EndpointTable(String host, int port, EndpointLimits limits, RelayUse ofEach, List<RelayTable> relays) {
    public EndpointTable {
        relays = List.copyOf(relays);
    }

    /**
     * {@code [[endpoint.relay]]}: one relay, and the keys of which each makes its holder that relay.
     *
     * @param keys public keys as {@code ssh-keygen} writes them: {@code ssh-ed25519 AAAA…}
     * @param reverse whether RemoteVMs behind it that have no peer are called through the connection that it holds
     * @param use what it may use, as far as its table says
     * @param place {@code file:line}, for messages
     */
    public record RelayTable(QubeName name, List<String> keys, boolean reverse, RelayUse use, String place) {
        public RelayTable {
            keys = List.copyOf(keys);
        }

        RelayTable withDefaults(RelayUse ofEach) {
            return new RelayTable(name, keys, reverse, use.or(ofEach), place);
        }
    }
}
