package org.qair.relay;

import java.util.Optional;

/**
 * A call's place on a connection.
 *
 * @param ready a channel that is open already
 */
record Place(PeerConnection connection, Optional<CallChannel> ready) {}
