package org.qair.relay.endpoint;

import org.qair.policy.QubeName;
import org.qair.relay.incoming.RelayLimits;

/** A relay that may come in by its key, and what it may use. */
public record KnownRelay(QubeName name, RelayLimits limits) {
    /** With the usual limits. */
    public KnownRelay(QubeName name) {
        this(name, RelayLimits.DEFAULT);
    }
}
