package org.qair.host;

import java.security.PublicKey;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.qair.host.limits.Limit;
import org.qair.host.settings.EndpointTable.RelayTable;
import org.qair.policy.QubeName;
import org.qair.relay.endpoint.KnownRelay;
import org.qair.relay.endpoint.RelayKeys;
import org.qair.relay.keys.SshKeys;

/** The public keys that may come in at this moment, each of one relay. Safe for use by many threads. */
public final class LiveRelays implements RelayKeys {
    private volatile Map<PublicKey, KnownRelay> relays = Map.of();
    private volatile Set<PublicKey> taken = Set.of();
    private volatile Map<QubeName, Limit> callLimits = Map.of();

    @Override
    public Optional<KnownRelay> relayOf(PublicKey key) {
        return Optional.ofNullable(relays.get(key));
    }

    /** What holds for each call that a relay brings, whoever it is from. */
    Optional<Limit> callLimit(QubeName relay) {
        return Optional.ofNullable(callLimits.get(relay));
    }

    /** Whether a key cannot become another relay's: it is one's already, in the settings at least, or was revoked. */
    boolean isTaken(PublicKey key) {
        return taken.contains(key);
    }

    /**
     * From now on these may come in. A key that is malformed, or of two relays, is nobody's, and {@code faults} says why.
     *
     * @param revoked keys that may not, whatever the tables say
     */
    void follow(List<RelayTable> tables, Set<PublicKey> revoked, List<String> faults) {
        Map<QubeName, Limit> limits = new HashMap<>();
        tables.forEach(table -> limits.put(table.name(), limit(table)));
        callLimits = Map.copyOf(limits);
        Map<PublicKey, KnownRelay> now = new HashMap<>();
        Set<PublicKey> disputed = new HashSet<>();
        for (RelayTable table : tables) {
            for (String line : table.keys()) {
                parse(table, line, faults).ifPresent(key -> {
                    KnownRelay before = now.put(
                            key, new KnownRelay(table.name(), table.use().limits()));
                    if (before != null && !before.name().equals(table.name())) {
                        disputed.add(key);
                        faults.add("%s: the key of relay `%s` is already that of relay `%s`"
                                .formatted(table.place(), table.name(), before.name()));
                    }
                });
            }
        }
        Set<PublicKey> named = new HashSet<>(now.keySet());
        named.addAll(revoked);
        taken = Set.copyOf(named);
        now.keySet().removeAll(disputed);
        now.keySet().removeAll(revoked);
        relays = Map.copyOf(now);
    }

    private static Limit limit(RelayTable table) {
        return Limit.ofRelay(table.name(), table.use().callTime(), table.use().callBytes());
    }

    private static Optional<PublicKey> parse(RelayTable table, String line, List<String> faults) {
        try {
            return Optional.of(SshKeys.parsePublicLine(line));
        } catch (IllegalArgumentException malformed) {
            faults.add("%s: `key` of relay `%s`: %s".formatted(table.place(), table.name(), malformed.getMessage()));
            return Optional.empty();
        }
    }
}
