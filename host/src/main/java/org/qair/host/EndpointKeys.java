package org.qair.host;

import java.security.PublicKey;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.qair.host.settings.EndpointTable.RelayTable;
import org.qair.policy.QubeName;
import org.qair.relay.SshKeys;

/** The public keys that may come in, each of one relay. */
final class EndpointKeys {
    private EndpointKeys() {}

    static Map<PublicKey, QubeName> of(List<RelayTable> tables) throws HostException {
        Map<PublicKey, QubeName> relays = new LinkedHashMap<>();
        for (RelayTable table : tables) {
            QubeName other = relays.put(parse(table), table.name());
            if (other != null && !other.equals(table.name())) {
                throw new HostException("%s: the key of relay `%s` is already that of relay `%s`"
                        .formatted(table.place(), table.name(), other));
            }
        }
        return relays;
    }

    private static PublicKey parse(RelayTable table) throws HostException {
        try {
            return SshKeys.parsePublicLine(table.key());
        } catch (IllegalArgumentException malformed) {
            throw new HostException(
                    "%s: `key` of relay `%s`: %s".formatted(table.place(), table.name(), malformed.getMessage()),
                    malformed);
        }
    }
}
