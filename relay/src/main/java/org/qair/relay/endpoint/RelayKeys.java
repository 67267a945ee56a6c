package org.qair.relay.endpoint;

import java.security.PublicKey;
import java.util.Optional;

/**
 * Which relay a public key is. Asked at each authentication and again for each call, so an answer may change while the
 * endpoint runs. Must be quick and safe for use by many threads; compare keys with {@code equals}.
 */
@FunctionalInterface
public interface RelayKeys {
    Optional<KnownRelay> relayOf(PublicKey key);
}
