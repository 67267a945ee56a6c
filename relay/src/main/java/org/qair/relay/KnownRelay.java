package org.qair.relay;

import org.qair.policy.QubeName;

/** A relay that may come in by its key. */
public record KnownRelay(QubeName name) {}
